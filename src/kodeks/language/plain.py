# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How plain a Danish text is: LIX, its longest sentence, officialese, and verbs without anybody.

The words are a short list of our own. The finder of passives looks at forms (-s, and »bliver« with
a participle), so it can take a word for one that is none: it advises and never refuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kodeks.language import lix

EASY = 35.0
"""Above this LIX a letter is worth another look; 35 to 45 is average (see `lix`)."""
LONG_SENTENCE = 25
"""Words."""
PASSIVE_SHARE = 1 / 3
"""Of the sentences; above it the reader is not told who does what."""

OFFICIALESE = {
    "nærværende": "dette",
    "fremsendt": "sendt",
    "fremsende": "sende",
    "fremsender": "sender",
    "såfremt": "hvis",
    "i henhold til": "efter",
    "jævnfør": "efter",
    "vedrørende": "om",
    "angående": "om",
    "i forbindelse med": "ved",
    "med henblik på": "for at",
    "på baggrund af": "fordi",
    "ovenstående": "det, der står før",
    "nedenstående": "det, der står efter",
    "ovennævnte": "det, der er nævnt",
    "herværende": "her",
    "pågældende": "den",
    "foretage": "gøre",
    "påbegynde": "begynde",
    "anvende": "bruge",
    "anvender": "bruger",
    "erhverve": "få",
    "hvorvidt": "om",
    "samt": "og",
    "endvidere": "også",
    "desuagtet": "alligevel",
    "imidlertid": "men",
    "førend": "før",
    "rekvirere": "bede om",
    "tilvejebringe": "skaffe",
    "iværksætte": "sætte i gang",
    "kontakte undertegnede": "ringe til mig",
    "undertegnede": "jeg",
    "det skal bemærkes": "(skriv det uden)",
    "der gøres opmærksom på": "vi gør dig opmærksom på",
}
_WORDS = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, OFFICIALESE), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(\w{3,}es)\b|\b(?:bliver|blev|blive)\s+(?:\w+\s+){0,2}\w+(?:et|t)\b")
# In -es without being passive.
_ACTIVE_TEXT = """
    alles anderledes deres enes fælles findes færdes glædes jeres kendes lykkes længes manges mindes
    mislykkes mødes nogles skændes slås stedes synes således trives væmmes vores
"""
_ACTIVE = frozenset(_ACTIVE_TEXT.split())


@dataclass(frozen=True)
class Advice:
    """A word that offices use, and what people say."""

    word: str
    instead: str


@dataclass(frozen=True)
class Reading:
    """How a text reads. `passives` is the share of sentences (0 to 1)."""

    lix: float
    longest: str
    longest_words: int
    officialese: tuple[Advice, ...]
    passives: float

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about it: Danish sentences, none for a plain text."""
        said = [
            f"Skriv »{one.instead}« i stedet for »{one.word}«."
            if not one.instead.startswith("(")
            else f"Skriv det uden »{one.word}«."
            for one in self.officialese
        ]
        if self.lix > EASY:
            told = f"{self.lix:.0f}"
            said.append(f"Lixtallet er {told}. Skriv kortere sætninger og ord, så det kommer ned.")
        if self.longest_words > LONG_SENTENCE:
            said.append(f"En sætning har {self.longest_words} ord. Del den: »{self.longest}«")
        if self.passives > PASSIVE_SHARE:
            said.append("Mange sætninger siger ikke, hvem der gør noget. Skriv »vi« eller »du«.")
        return tuple(said)


def read(text: str) -> Reading:
    """How `text` reads; an empty one is plain."""
    sentences = lix.sentences(text)
    longest = max(sentences, key=lix.word_count, default="")
    found = {match[0].lower(): None for match in _WORDS.finditer(text)}
    passive = sum(_is_passive(sentence) for sentence in sentences)
    return Reading(
        lix=lix.lix(text),
        longest=" ".join(longest.split()),
        longest_words=lix.word_count(longest),
        officialese=tuple(Advice(word, OFFICIALESE[word]) for word in found),
        passives=passive / len(sentences) if sentences else 0.0,
    )


def _is_passive(sentence: str) -> bool:
    return any(
        match[1] is None or match[1].lower() not in _ACTIVE for match in _PASSIVE.finditer(sentence)
    )
