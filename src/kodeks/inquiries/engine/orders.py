# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words that read as a message to a program and not to a person, in Danish, English and German.

A list that a person can read and correct, as in `urgency`. What people say to each other ("send det
videre", "ignorér min sidste mail") is none. Sources: OWASP LLM01, MITRE ATLAS AML.T0051.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kodeks.language import tokens

_THIS = (
    r"(?:denne|dette|den|det|her|min|mit|henvendelsen?|mailen?|beskeden?|teksten?|this|the|my"
    r"|message|request|ticket|text|inquiry|diese|dieses|die|das)"
)
_SORT = (
    r"(?:om)?(?:klassific[eé]r|kategoris[eé]r|visit[eé]r|sort[eé]r|prioriter|rut|tag|label|classify"
    r"|categori[sz]e|route|assign|prioriti[sz]e|mark|flag|klassifiziere|kategorisiere|klassificera)"
)
_MACHINE = (
    r"(?:ai|ki|robot(?:ten)?|sprogmodel(?:len)?|model(?:len)?|algoritmen?|maskinen?|chatbot(?:ten)?"
    r"|llm|bot|assistent(?:en)?|language model|assistant|system(?:et)?|program(?:met)?)"
)
_WHAT_STEERS = (
    r"(?:emnet?|topic|label|kategori\w*|category|konfidens\w*|confidence|afdeling|class|route"
    r"|prioritet(?:en)?|priority|sikkerhed(?:en)?)"
)
PATTERNS = (
    r"(?:ignor[eé]re?r?|ignor[eé]|glem|se (?:\w+ )?bort fra|tilsidesæt|disregard|forget|override"
    r"|bypass|vergiss|ignoriere?|ignorera)\b[^.!?\n]{0,50}\b(?:instru\w*|ordrer?|regler(?:ne)?|prompt\w*|rules?"
    r"|retningslinjer|guidelines?"
    r"|ovenstående|foregående|tidligere besked\w*|previous|above|prior|anweisungen|filtret)\b",
    r"system\s?-?\s?(?:prompt|besked|message|note|override)\b",
    rf"{_SORT}\w{{0,4}}\s+(?:{_THIS}\s+){{1,2}}(?:\w+\s+)?(?:som|under|til|as|to|als)\b",
    rf"{_SORT}\w{{0,4}}\s+(?:som|as|als)\b",
    r"(?:klassific[eé]r|kategoris[eé]r|classify)\s+(?:den|det|dette|this)\b",
    r"(?:du er|you are|act as|opfør dig som|du bist)\s+(?:nu\s+|now\s+|jetzt\s+)?"
    rf"(?:en\s+|et\s+|an?\s+|ein\w?\s+)?(?:\w+\s+)?{_MACHINE}\b",
    rf"(?:til|note to|besked til|kære|dear|an)\s+(?:the\s+|den\s+|alle\s+)?{_MACHINE}\s*[:,]",
    rf"{_WHAT_STEERS}\s*(?:=|:=|->|=>|skal være|must be|should be)\s*[\"»'\w]",
    rf"(?:sæt|set)\s+(?:the\s+)?{_WHAT_STEERS}\s+(?:til|to|=|på)\b",
    r"(?:svar|respond|answer|output|returner|return|udskriv)\s+(?:kun|only|just|altid|always)\b"
    r"[^.!?\n]{0,20}\b(?:med|with|label|emnet?|ordet|the)\b",
    r"(?:send|videresend|forward)\s+(?:denne|dette|det|den|henvendelsen|this|it)?\s*"
    r"(?:direkte|automatisk|altid|directly|straight|automatically)\s+(?:til|to)\s+(?:the\s+)?"
    r"(?:borgmester|direktør|kommunaldirektør|byråd|mayor)",
    rf"(?:instruktion(?:er)?|instruks|instructions?)\s*(?:til|to|for)\s+{_MACHINE}\b",
    r"(?:ny|nye|new|opdateret|updated)\s+(?:system)?"
    r"(?:instruks\w*|instruktion\w*|instructions?|prompt)\b",
    # People do say that a rule does not hold; not that all that was said before does not.
    r"(?:instruktioner|instructions|guidelines"
    r"|(?:tidligere|foregående|ovenstående|alle|previous|above|all)\s+(?:regler|rules))\b"
    r"[^.!?\n]{0,30}"
    r"\b(?:ugyldige|gælder ikke|ophævet|void|invalid|no longer apply)\b",
    rf"(?:som|as)\s+(?:en\s+|et\s+|an?\s+)?{_MACHINE}(?:-assistent| model)?\s+"
    r"(?:skal|bør|bedes|must|should|you|du)\b",
    rf"(?:vælg|choose|select|pick)\s+(?:altid\s+|always\s+|the\s+)?{_WHAT_STEERS}\s+\w",
    rf"(?:system|assistant)\s*:\s*{_SORT}",
    r"(?:til|for)\s+(?:den|det)\s+automatisk\w*\s+(?:sorter|visit|klassif|fordel)\w*",
    r"(?:from now on|fra nu af)\s+(?:you|du|vil du|skal du|svarer du)\b",
)
_MARKUP = (
    r"<\|?(?:im_start|system|assistant|endoftext)\|?>|\[/?inst\]"
    r"|#{2,}\s*(?:instru|system|prompt)\w*"
)
_ORDER = re.compile(r"\b(?:" + "|".join(PATTERNS) + ")", re.IGNORECASE)
_MARKED = re.compile(_MARKUP, re.IGNORECASE)
_MARKS = re.compile(r"[<\[#]")
# Letters that "ignore case" takes for i and s, and that lower case does not give so.
_ODD = "İıſ"
_FOLDED = str.maketrans(_ODD, "iis")
# The patterns are slow, so they are tried only at words that may be the first of one.
_FIRST_WHOLE_TEXT = "act all alle an as du for fra new ny nye se som"
"""Those that are the first of one as they stand; of the others any word that begins so."""
_FIRST_TEXT = """
    above afdeling answer assistant assign besked bypass categ choose class confid dear disregard
    emne flag foreg forget forward from glem guidelines ignor instru kateg klassif konfid kære label
    mark note omassign omcateg omclass omfl omkateg omklass omlabel ommark omprior omrout omrut
    omsort omtag omvis opdater opfør output ovenst overrid pick previous prior respond retur rout
    rut select send set sikkerhed sort svar system sæt tag tidligere til topic udskriv updated
    vergiss videresend visit vælg you
"""


def _beginnings() -> str:
    """A pattern of them; by the first letter first, as most words have another."""
    rests: dict[str, list[str]] = {}
    for word in _FIRST_TEXT.split():
        rests.setdefault(word[0], []).append(word[1:])
    for word in _FIRST_WHOLE_TEXT.split():
        rests.setdefault(word[0], []).append(rf"{word[1:]}\b")
    groups = (f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return rf"(?=[{''.join(rests)}])(?:{'|'.join(groups)})"


_FIRST = re.compile(_beginnings())
# A sign that is of no word is found quicker than a place where a word may begin.
_LATER = re.compile(rf"\W{_FIRST.pattern}")
_LATER_IN_LATIN = re.compile(rf"[^{tokens.LATIN_NO_DIGITS}0-9_]{_FIRST.pattern}")


def order(text: str) -> str:
    """The first words in `text` that read as an order to a program; "" when there are none."""
    plain = text.translate(_FOLDED) if any(map(text.__contains__, _ODD)) else text
    tried = (_ORDER.match(text, start) for start in _starts(plain.lower()))
    marked = _MARKED.search(text) if _MARKS.search(text) else None
    found = filter(None, (next(filter(None, tried), None), marked))
    first = min(found, key=lambda one: one.start(), default=None)
    return "" if first is None else first.group()


def _starts(text: str) -> Iterator[int]:
    """Where a word stands that may be the first of an order."""
    if _FIRST.match(text):
        yield 0
    later = _LATER_IN_LATIN if tokens.is_latin(text) else _LATER
    for found in later.finditer(text):
        yield found.start() + 1
