# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words that read as a message to a program and not to a person, in Danish, English and German.

A list that a person can read and correct, as in `urgency`. What people say to each other ("send det
videre", "ignorér min sidste mail") is none. Sources: OWASP LLM01, MITRE ATLAS AML.T0051.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_PATTERNS = (
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
    r"(?:instruktioner|instructions|regler|rules|guidelines)\b[^.!?\n]{0,30}"
    r"\b(?:ugyldige|gælder ikke|ophævet|void|invalid|no longer apply)\b",
    rf"(?:som|as)\s+(?:en\s+|et\s+|an?\s+)?{_MACHINE}(?:-assistent| model)?\s+"
    r"(?:skal|bør|bedes|must|should|you|du)\b",
    rf"(?:vælg|choose|select|pick)\s+(?:altid\s+|always\s+|the\s+)?{_WHAT_STEERS}\s+\w",
    r"(?:from now on|fra nu af)\s+(?:you|du|vil du|skal du|svarer du)\b",
)
_MARKUP = (
    r"<\|?(?:im_start|system|assistant|endoftext)\|?>|\[/?inst\]"
    r"|#{2,}\s*(?:instru|system|prompt)\w*"
)
_ORDER = re.compile(r"\b(?:" + "|".join(_PATTERNS) + ")|" + _MARKUP, re.IGNORECASE)
# Without a word that begins so the pattern is not tried, which is slower.
_STARTS_TEXT = """
    afdeling ai algorit answer assign assist borgmester bort bot bypass byråd categ chatbot
    choose class confid direktør disregard emne flag forget fra from glem ignor im inst instru
    kateg ki klassif kommunaldir konfid label llm mark maskin mayor model omklass output overrid
    pick prior program prompt respond return robot route rut select sikkerhed sort sprogmodel
    svar system tag tilsid topic udskriv updated vergiss visit vælg
"""
_STARTS = tuple(_STARTS_TEXT.split())


def order(text: str, words: Iterable[str]) -> str:
    """The first words in `text` that read as an order to a program; "" when there are none.

    `words` are its words in lower case."""
    if not any(word.startswith(_STARTS) for word in words):
        return ""
    found = _ORDER.search(text)
    return "" if found is None else found.group()
