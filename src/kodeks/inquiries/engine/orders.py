# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Words that read as a message to a program and to a person, in Danish, English and German.

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
    r"|prioritet(?:en)?|priority|sikkerhed(?:en)?|ämnet?|thema)"
)
_SORTER = (
    r"(?:sprogmodel\w*|algoritme\w*|chatbot\w*|sorteringsprogram\w*|classifier|language model|llm"
    r"|automatiske (?:sortering|fordeling|visiter|visitation|klassif)\w*|computeren|robotten"
    r"|programmet|systemet)"
)
_RULES = r"(?:regler(?:ne)?|rules|regeln|instruktion\w*|instruks\w*|instructions|anweisungen)"
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
    # People do say that a rule does hold; that all that was said before does not.
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
    rf"{_SORTER}[^.!?\n]{{0,20}}\b(?:skal|bør|bedes|må kun|must|should)\b[^.!?\n]{{0,25}}\b(?:vælge"
    r"|markere|mærke|opfatte|prioritere|placere|lægge|klassific\w+|kategoris\w+|return|output"
    r"|choose|select|classify|mark|route|assign)\b",
    rf"du\s+(?:\w+\s+)?som\s+(?:en\s+|et\s+)?(?:{_MACHINE}|computer|program)\b",
    rf"(?:beordrer?|command|instruerer|instruct)\s+(?:the\s+|den\s+)?(?:{_MACHINE}|{_SORTER})\b",
    r"(?:note|besked|message|info\w*|hilsen|emneord|keywords)\s+(?:til|to|for)\s+(?:the\s+|den\s+)?"
    rf"(?:{_MACHINE}|{_SORTER})\b",
    r"(?:skriv|angiv|returner|output|write|print|return)\s+(?:the\s+|kun\s+|only\s+|blot\s+)*"
    r"(?:label|kategorien|category|class)\b",
    r"(?:brug|use)\s+(?:ikke|kun|not|only)\s+(?:de\s+|den\s+|the\s+)?(?:andre\s+|other\s+)?"
    r"(?:kategori|labels?\b|categor)",
    r"label\s*:\s*\w",
    r"(?:sikkerhed|konfidens|confidence|sandsynlighed|score)\W{0,3}(?:på\s+|of\s+|er\s+|is\s+)?"
    r"(?:\d{1,3}\s?%|[01][.,]\d)",
    r"(?:ignor\w*|glem|forget|overse|spring|tilsidesæt|vergiss|bortse från|strunta i)\b"
    r"[^.!?\n]{0,40}\b(?:du har lært|din træning|your training|kriterier\w*|(?:dine?|your|deine)"
    rf" {_RULES}|regler du har fået|kontroller(?:ne)? over)\b",
    r"(?:gentag|vis|print|repeat|reveal|show|afslør|udskriv)\b[^.!?\n]{0,20}\b(?:dine?|your)\s+"
    rf"(?:\w+\s+)?(?:{_RULES}|\w*prompt)\b",
    r"(?:din|your|dein)\s+(?:system)?\s?prompt\b",
    rf"(?:regardless of|uanset|egal was|trods)\b[^.!?\n]{{0,25}}\b(?:dine|your|deine)\s+{_RULES}\b",
    r"(?:pretend|lad som om)\s+(?:that\s+|at\s+)?(?:you|du)\b",
    rf"(?:alle|all)\s+(?:\w+\s+)?{_RULES}\s+(?:gelten nicht|gælder ikke|gäller inte|no longer)\b",
    r"(?:admin|administrator|developer|debug)\s+(?:rights|mode|override|access|adgang|rettigheder)\b",
    r"assistant\s*:\s*\w",
    r"system\s*:\s*(?:the|approve|grant|you|du|user|brugeren|ignor\w*|godkend|override)\b",
    r"(?:end|slut)\s+(?:of|på)\s+(?:the\s+)?(?:message|text|prompt|input|besked\w*|tekst\w*)\b",
    r"(?:ny|new)\s+(?:opgave|task)\s*:",
    r"override\s*:",
    r"(?:din|your|deine)\s+(?:eneste\s+|nye\s+|only\s+|new\s+)?(?:opgave|task|aufgabe)\s+"
    r"(?:er|is|ist)\b",
    r"(?:svara|antworte|reply)\s+(?:bara|endast|nur|immer|only)\b",
    rf"(?:välj|wähle|velg)\s+(?:alltid\s+|immer\s+)?{_WHAT_STEERS}\b",
)
_HTML = (
    r"(?:html|head|body|title|style|div|span|font|strong|table|tbody|thead|abbr|cite|code|pre|small"
    r"|blockquote|center|section|article|header|footer|del|ins|sup|sub)"
)
_MARKUP = (
    r"<\|?(?:im_start|system|assistant|endoftext)\|?>|\[/?inst\]"
    r"|#{2,}\s*(?:instru|system|prompt|ny opgave|new task)\w*"
    r"|[\"'](?:label|category|kategori|emne|topic|confidence|konfidens|class|prioritet|priority|route"
    r"|afdeling)[\"'] ?:|</?(?:label|category|kategori|topic|confidence|priority)>"
    # The end of an element that no mail has, of a part in brackets, and how programs set answers.
    rf"|</(?!{_HTML}\b)[^\W\d_]{{3,20}}>|\[/[^\W\d_]{{3,20}}\]"
    r"|\*\*(?:label|category|kategori|emne|topic|priority|prioritet|confidence):?\*\*"
    # Letters apart, as no word is written.
    r"|(?<![^\W_])(?:[^\W\d_] {1,3}){7}[^\W\d_](?![^\W_])"
)
_ORDER = re.compile(r"\b(?:" + "|".join(PATTERNS) + ")", re.IGNORECASE)
_MARKED = re.compile(_MARKUP, re.IGNORECASE)
_MARKS = ("<", "[", "#", "**", '":', "':", '" :', "' :")
_SIGNS = "".join({mark[0] for mark in _MARKS})
_APART = re.compile(r" \w \w \w \w ")
# Letters that "ignore case" takes for i and s, and that lower case does give so.
_ODD = "İıſ"
_FOLDED = str.maketrans(_ODD, "iis")
# The patterns are slow, so they are tried only at words that may be the first of one.
_FIRST_WHOLE_TEXT = "act all alle an angiv as din du end for fra new ny nye se som use"
"""Those that are the first of one as they stand; of the others any word that begins so."""
_FIRST_TEXT = """
    above admin afdeling afslør algoritme answer antworte assign assistant automatiske beordre
    besked bortse brug bypass categ chatbot choose class command computeren confid dear debug dein
    developer disregard egal emne flag foreg forget forward from gentag glem guidelines hilsen
    ignor info instru kateg keywords klassif konfid kære label lad language llm mark message note
    omassign omcateg omclass omfl omkateg omklass omlabel ommark omprior omrout omrut omsort omtag
    omvis opdater opfør output ovenst overrid overse pick pretend previous print prior programmet
    regardless repeat reply respond retur reveal robotten rout rut sandsynlighed score select send
    set show sikkerhed skriv slut sort spring sprogmodel strunta svar system sæt tag thema
    tidligere til tilsidesæt topic trods uanset udskriv updated velg vergiss videresend vis visit
    välj vælg write wähle you ämne
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
    marked = _MARKED.search(text) if _may_be_marked(text) else None
    found = filter(None, (next(filter(None, tried), None), marked))
    first = min(found, key=lambda one: one.start(), default=None)
    return "" if first is None else first.group()


def _may_be_marked(text: str) -> bool:
    # To look for one sign is ten times as quick as for two.
    signs = any(map(text.__contains__, _SIGNS))
    return (signs and any(map(text.__contains__, _MARKS))) or _APART.search(text) is not None


def _starts(text: str) -> Iterator[int]:
    """Where a word stands that may be the first of an order."""
    if _FIRST.match(text):
        yield 0
    later = _LATER_IN_LATIN if tokens.is_latin(text) else _LATER
    for found in later.finditer(text):
        yield found.start() + 1
