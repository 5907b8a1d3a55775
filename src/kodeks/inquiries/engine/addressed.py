# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sentences that are meant for a program and not for a person, by kinds of words together.

`orders` has set phrases; an order in words of one's own is found here: a program is named and told
what to choose, a reader is told to pass over the rest of the text, or the text says what label it
has. A command is one only where a clause begins, so that "jeg får ikke svar fra systemet" is none.
Lists that a person can read and correct, in Danish, English, German and Swedish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from kodeks.inquiries.engine import heaping

_PROGRAM = """
    ai ki llm gpt chatgpt chatbot* sprogmodel* språkmodel* sprachmodell* algoritme* algorithm*
    classifier* klassifikator* sorteringsmaskin* sorteringsprogram* sorteringssystem*
    sorteringsrobot* triagesystem* bot computer computeren computere robot robotten robotter
    assistent assistenten assistant modellen maskinen maskine maskinelt systemet system system's
    programmet parser* automatik* sagsbehandlingssystem* ai'en ki'en
    sortierprogramm* sortierer fordelingsmodul* sorteringsmodul* dataprogram* automaten automat
    intelligens intelligence intelligenz
"""
_MANNER = "automatisk automatiske automatische automatic automated"
_MATTER = """
    sortering* sagsbehandling* visitering* visitation* fordeling* klassif* classif* routing triage*
    behandling
"""
_COMMAND = """
    vælg sæt svar skriv marker markér klassific* klassificér kategoriser* placer placér tildel læg
    godkend opfat choose pick select respond answer classify categorize categorise route mark assign
    output return treat välj svara placera markera wähle antworte klassifiziere kategorisiere
    behandle journaliser journalisér udfyld registrer registrér giv angiv
"""
_TO_COMMAND = """
    vælge markere klassificere kategorisere placere tildele lægge prioritere opfatte godkende choose
    select classify mark route assign treat wählen vergeben einordnen einstufen välja placera give
    gives sendes lægges markeres behandles placeres hensyn følge return
"""
_MUST = "skal bør må bedes must should shall soll muss ska måste"
_LABEL = """
    klassifikation* klassificering* label labels konfidens* confidence classification* output
    forventet expected
"""
_SORT = "kategori kategorien kategorierne category categories topic emne emnet emner ämne thema"
_SKIP = "ignorer ignorér glem overse bortse ignore disregard forget ignoriere vergiss ignorera"
_REST = """
    resten rest teksten tekst ovenfor ovenstående herover everything text content indholdet
    indhold ovan oben inhalt texten foregående forudgående guidelines
"""
_RULES = """
    regler reglerne retningslinjer begrænsninger instrukser instruktioner rules guidelines
    restrictions instructions limitations regeln anweisungen riktlinjer instruktioner
"""
_YOURS = "dine deine dina"
_IF = "hvis if wenn om når when"
_READ = "læser reading reads liest läser behandles processed bearbeitet læses læse read"
_MODES = """
    debugtilstand testtilstand udviklertilstand adminadgang forhåndsgodkendt forhåndsklassificeret
    præklassificeret preclassified systembesked systemmeddelelse systemmelding
"""
_TOP = "højeste højest første høj highest top höchste högsta första maksimal"
_RANK = "prioritet score priority priorität prioriteten konfidens rang"
_JOINED = frozenset({":", "=", "er", "is", "ist", "være"})
_OPENING = "til kære dear hej an till to note besked für hinweis"
_BEGIN = """
    , : ( [ - » « " „ “ og så bare blot kun venligst derfor nu please then and just bitte so und
    only och altid always also også men but
"""
_CLAUSE = re.compile(r"[^.!?;\n]+")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,:(\[»«\"„“=-]")


class _Kind:
    """Words of one kind: those that stand here, and those that begin so (`*`)."""

    def __init__(self, text: str) -> None:
        words = text.split()
        self.whole = frozenset(word for word in words if not word.endswith("*"))
        self.begin = tuple(word[:-1] for word in words if word.endswith("*"))

    def __contains__(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.begin)


_KINDS = {
    name: _Kind(text)
    for name, text in {
        **{"program": _PROGRAM, "manner": _MANNER, "matter": _MATTER, "command": _COMMAND},
        **{"to command": _TO_COMMAND, "must": _MUST, "label": _LABEL, "sort": _SORT},
        **{"pass over": _SKIP, "rest": _REST, "rules": _RULES, "yours": _YOURS, "if": _IF},
        **{"read": _READ, "modes": _MODES, "top": _TOP, "rank": _RANK, "begin": _BEGIN},
        "opening": _OPENING,
    }.items()
}
_SEEN_BY = ("program", "manner", "label", "sort", "rest", "rules", "modes")
"""A word of one of these stands in each sentence that a rule finds."""
_SEEN_WHOLE = frozenset(word for kind in _SEEN_BY for word in _KINDS[kind].whole)
_SEEN_BEGUN = tuple(word for kind in _SEEN_BY for word in _KINDS[kind].begin)
_BEGINNINGS = frozenset(word[: heaping.BEGINNING] for word in (*_SEEN_WHOLE, *_SEEN_BEGUN))
_MOST, _STEP = 60, 40
"""Tokens of a sentence that are looked at together, so that the time grows with the text only, and
how far on the next begin."""


@dataclass(frozen=True)
class _Clause:
    """The tokens of a sentence, and where words of each kind stand."""

    tokens: Sequence[str]

    def at(self, kind: str) -> list[int]:
        words = _KINDS[kind]
        return [place for place, token in enumerate(self.tokens) if token in words]

    def commands(self, kind: str = "command") -> list[int]:
        """Where a clause begins with such a word."""
        begins = _KINDS["begin"]
        return [at for at in self.at(kind) if at == 0 or self.tokens[at - 1] in begins]

    def programs(self) -> list[int]:
        """Where a program is named, or what goes by itself ("den automatiske sortering")."""
        matters = set(self.at("matter"))
        return self.at("program") + [at for at in self.at("manner") if {at + 1, at + 2} & matters]


def _near(ones: Sequence[int], others: Sequence[int], most: int) -> bool:
    """Whether one of each stand within `most` tokens of each other."""
    return any(0 < abs(one - other) <= most for one in ones for other in others)


def _told_to_choose(clause: _Clause) -> bool:
    """A program and a command, or what a program must choose."""
    programs = clause.programs()
    if not programs:
        return False
    if _near(programs, clause.commands(), 9):
        return True
    wanted = [at for at in clause.at("to command") if _near(clause.at("must"), [at], 6)]
    return any(0 < at - one <= 12 for at in wanted for one in programs)


def _is_told_what_it_is(clause: _Clause) -> bool:
    """The reader is said to be a program."""
    return any(clause.tokens[at + 1 : at + 2] in (["du"], ["you"]) for at in clause.programs())


def _label_is_told(clause: _Clause) -> bool:
    """What label the text has, or a command to sort it so."""
    labels = clause.at("label")
    joined = [
        at for at, token in enumerate(clause.tokens) if token in (":", "=", "er", "is", "ist")
    ]
    if any(0 < then - at <= 4 for at in labels for then in joined):
        return True
    return _near(clause.at("sort"), clause.commands(), 5)


def _rest_is_passed_over(clause: _Clause) -> bool:
    over = clause.commands("pass over")
    tokens = clause.tokens
    for first, second in (("se", "bort"), ("læg", "ikke"), ("tag", "ikke"), ("do", "not")):
        over += [
            at
            for at in range(len(tokens) - 1)
            if tokens[at : at + 2] == [first, second]
            and (at == 0 or tokens[at - 1] in _KINDS["begin"])
        ]
    return _near(over, clause.at("rest"), 9)


def _if_a_program_reads(clause: _Clause) -> bool:
    named = clause.programs()
    return bool(clause.at("read")) and any(
        0 < at - word <= 5 for word in clause.at("if") for at in named
    )


def _rules_are_yours(clause: _Clause) -> bool:
    """The rules of one reader (a municipality is many: »jeres«), or that they are not kept."""
    rules = clause.at("rules")
    told = [at for at in range(len(clause.tokens)) if clause.tokens[at : at + 2] == ["do", "not"]]
    return any(0 < at - word <= 2 for word in clause.at("yours") for at in rules) or any(
        0 < at - word <= 5 for word in told for at in rules
    )


def _addressed(clause: _Clause) -> bool:
    """A program named at the beginning, and then what it is told."""
    tokens = clause.tokens
    named = [at for at in clause.programs() if at <= 4]
    after = 4 if tokens[0] in _KINDS["opening"] else 2
    return any(
        sign in tokens[at + 1 : at + after]
        for at in named
        for sign in (":", ",")
        if at == 0 or tokens[0] in _KINDS["opening"]
    )


def _mode(clause: _Clause) -> bool:
    return bool(clause.at("modes"))


def _first_in_rank(clause: _Clause) -> bool:
    return bool(clause.programs()) and _near(clause.at("top"), clause.at("rank"), 2)


_RULES_OF_WORDS: tuple[Callable[[_Clause], bool], ...] = (
    *(_told_to_choose, _label_is_told, _rest_is_passed_over, _if_a_program_reads),
    *(_is_told_what_it_is, _rules_are_yours, _addressed, _mode, _first_in_rank),
)


def sentence(text: str, words: heaping.Words) -> str:
    """The first sentence of `text`, which has the `words`, that is meant for a program; "" when
    there is none."""
    seen = _BEGINNINGS.intersection(words.beginnings)
    if not seen:
        return ""
    named = {
        word
        for word, beginning in zip(words.large, words.beginnings, strict=True)
        if beginning in seen and (word in _SEEN_WHOLE or word.startswith(_SEEN_BEGUN))
    }
    return next(_found(text, named), "") if named else ""


def _found(text: str, named: Set[str]) -> Iterator[str]:
    # The one letter that becomes two in lower case: places in both have to be the same.
    small = text.replace("İ", "I").lower()
    for found in _CLAUSE.finditer(small):
        if not any(map(found.group().__contains__, named)):
            continue
        tokens = _TOKEN.findall(found.group())
        for start in range(0, len(tokens), _STEP):
            clause = _Clause(tokens[start : start + _MOST])
            if any(rule(clause) for rule in _RULES_OF_WORDS):
                yield text[found.start() : found.end()].strip()
