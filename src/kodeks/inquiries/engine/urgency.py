# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Urgent inquiries: a short, dated list of rules that a person can read and correct.

The rules only move a text to the front of a person's queue; they never answer it. Better one too
many than one too few, but a plain denial ("ingen er kommet til skade") must not set them off.
"""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Urgency:
    """The rule that fired, the words that set it off and a Danish reason."""

    rule: str
    matched: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """A pattern in lower-cased text, valid from `since`; `reason` is shown to a person."""

    name: str
    reason: str
    pattern: re.Pattern[str]
    since: date


_SINCE = date(2026, 11, 28)
# Up to four words may stand between the parts of a sign, but no sentence may end there.
_NEAR = r"(?:\W+(?<![.!?])\w+){0,4}?[ ,]+"
_CHILD = (
    r"(?:et barn|barnet|barn|børn|børnene|drengen?|pigen?|(?:min|mine|hans|hendes|naboens)"
    r"~?(?:barn|børn|søn|datter|dreng|pige)|en elev|eleven)\b"
)


def _rule(name: str, reason: str, *patterns: str) -> Rule:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns).replace("~", _NEAR)
    return Rule(name, reason, re.compile(rf"\b(?:{joined})"), _SINCE)


RULES: tuple[Rule, ...] = (
    _rule(
        "barn i fare",
        "Et barn kan have brug for beskyttelse",
        r"(?:barn|barnet|børn|børnene|drengen?|pigen?|søn|datter)~"
        r"(?:bliver slået|slås|mishandle[st]|vanrøgt\w*|misbruge[st]|overgreb|sulter|alene hjemme)",
        r"(?:slår|tæver|sparker|mishandler|vanrøgter|misbruger)~(?:barn|børn|sin søn|sin datter)",
        r"(?:bekymret for|underretning om|underrette om)"
        r"~(?:et barn|barnet|børn|børnene|dreng|drengen|pige|pigen)\b",
        r"(?:lave|laver|sende|indgive) (?:en )?underretning\b",
        rf"underretning~?(?:på|om|vedrørende|angående)~?{_CHILD}",
        rf"overgreb~?(?:mod|på)~?{_CHILD}",
        rf"{_CHILD}~(?:faldet i|drukne[tr]?|forsvundet|blevet væk|savnet|efterladt)\b",
        r"(?:child|children|son|daughter|kid)~(?:abused?|beaten|neglected|missing|in danger)\b",
        r"child abuse",
        r"(?:kind|kinder)~(?:geschlagen|misshandelt|vernachlässigt|vermisst)",
        r"(?:barnet|barn)~(?:misshandla[sd]|blir slag[ent]n?|far illa)",
        r"børnemishandling",
        r"omsorgssvigt",
    ),
    _rule(
        "liv i fare",
        "Nogen kan være i livsfare",
        r"selvmord",
        r"(?:vil|orker|gider|magter) ikke~?leve\b(?! med)",
        r"tage[rt]?~eget liv\b|tage[rt]?~liv(?:et)? af\b",
        r"(?:ikke|ingen)~?lyst til at leve\b",
        r"overdosis",
        r"trækker ikke vejret|kan ikke få vejret",
        r"(?:ekskæreste|kæreste|mand|kone|ægtefælle|far|mor|bror|stedfar)~(?:slår|tæver|sparker|kvæler)\b",
        r"gøre en ende på (?:det|livet|mit liv)",
        r"(?:slå|slår|slog|slået)~ihjel",
        r"(?:truer|truet|trusler|true)~(?:kniv|dræbe|livet|våben|pistol|slå)",
        r"voldtægt|voldtaget",
        r"suicide|kill (?:myself|himself|herself|me|him|her)\b|end my life|want to die",
        r"selbstmord|umbringen|självmord|ta livet av",
    ),
    _rule(
        "personskade",
        "Nogen kan være kommet til skade",
        r"personskade",
        r"(?:kom|kommet|kommer) til skade",
        r"(?:faldt|faldet|væltede|væltet)~(?:brækkede|slog|skadestue|bløder|blødte|hospital)",
        r"(?:brækkede|brækket)~(?:arm|ben|hofte|håndled|fod|ankel|næse)",
        r"bevidstløs",
        r"livsfar",
        r"livstruende",
        r"ambulance",
        r"unconscious|bleeding|badly injured|bewusstlos|schwer verletzt|medvetslös",
    ),
    _rule(
        "gas",
        "Der kan være udslip af gas eller farlige stoffer",
        r"gasudslip",
        r"gaslug?t",
        r"gaslækage",
        r"(?:lugt|lugte|lugter|lugtede)~gas\b",
        r"kemikalieudslip",
        r"olieudslip",
        r"kulilte",
        r"gas leak|smells? of gas|gasgeruch|gaslukt",
    ),
    _rule(
        "brand",
        "Der kan være brand eller eksplosion",
        r"(?:det|der|huset|bygningen|skraldespanden|containeren) (?:brænder|er brand)\b",
        r"brænder lige nu",
        r"brand i\b",
        r"(?:er|gået|går|kommet|sat) ild i\b",
        r"ryger ud (?:af|fra)~(?:tag|vindue|hus|bygning|lejlighed|container|kælder)",
        r"i flammer\b",
        r"(?:is|are) on fire\b|there is a fire|es brennt|det brinner",
        r"ildebrand",
        r"eksplosion",
        r"røgudvikling",
    ),
    _rule(
        "åbent hul",
        "Et åbent dæksel eller hul kan være livsfarligt",
        r"(?:åben|åbent|åbne|løs|løst|løse|manglende)~(?:kloak|brønd)?dæksel",
        r"(?:kloak|brønd)?dæks(?:el|let|ler|lerne)"
        r"~(?:mangler|væk|åbent|åben|åbne|fjernet|stjålet|løst|knækket)\b",
        r"(?:åben|åbent) (?:kloak|brønd)",
        r"(?:jordfaldshul|synkehul|stort hul~(?:vej|cykelsti|fortov))",
    ),
    _rule(
        "væltet træ",
        "Et træ eller en stor gren spærrer eller kan falde",
        r"(?:væltet|væltede|vælter|faldet|faldne?)~(?:træ|træer|træet|gren|grene)\b",
        r"(?:træ|træet|træer|gren|grenen)~(?:væltet|væltede|vælter|faldet|ved at falde)\b",
    ),
    _rule(
        "strøm",
        "En ledning kan være strømførende",
        r"(?:nedfaldne?|løs|løse|blottet|blottede|blotlagte?|strømførende)~(?:el)?(?:ledning|kabel|kabler)",
        r"(?:el)?(?:ledning|ledningen|ledninger|kabel|kablet|kabler)"
        r"~(?:hænger ned|ned over|blottet|frit fremme|faldet|åbne)\b",
        r"stød (?:af|fra)~(?:lygtepæl|mast|ledning|skab)",
        r"gnister",
    ),
    _rule(
        "vand",
        "Der kan være oversvømmelse eller brud på en ledning",
        r"oversvømmels",
        r"oversvømme[tr]",
        r"vandrør~(?:sprunget|sprang|brud)",
        r"(?:sprunget|sprængt) vandrør",
        r"rørbrud",
        r"vandet (?:fosser|vælter|strømmer)",
        r"kloakvand~(?:kælder|hus|stue)",
    ),
    _rule(
        "fare for børn og trafik",
        "Teksten melder om akut fare",
        r"akut fare",
        r"akut hjælp",
        r"fare for (?:liv|nogens liv|at nogen)",
        r"(?:meget|yderst|ekstremt|direkte|super) farlig",
        r"til fare for",
        r"trafikuheld",
        r"trafiklys~(?:ude af drift|virker ikke|slukket|er gået ud)\b",
        r"(?:glasskår|kanyler?|sprøjter?)~(?:legeplads|børnehave|sandkasse|skole)",
        r"vold(?:eligt|elig)? (?:mod|far|mor|mand|kone)",
    ),
    _rule(
        "dødsfald",
        "Nogen kan være død. Svar varsomt og hurtigt",
        r"(?:min|vores|hans|hendes|deres) (?:\w+ )?(?:mor|far|mand|kone|ægtefælle|samlever|søn"
        r"|datter|bror|søster|mormor|morfar|farmor|farfar|kæreste)(?:~| )"
        r"(?:er død|døde|er gået bort|gik bort)\b",
        r"afgået ved døden",
        r"gået bort",
        r"passed away|has died|(?:husband|wife|mother|father|son|daughter) died",
        r"ist verstorben|ist gestorben|har avlidit",
        r"dødsfald",
        r"dødsbo",
    ),
)

_DENIAL = re.compile(
    r"\b(?:ikke|ingen|intet|aldrig|uden|hverken|heldigvis ikke|undgå|undgår|forebygge|forebyggelse"
    r"|mod fremtidige?|hvis der|i tilfælde af|øvelse|forsikring)(?:\W+\w+){0,3}\W*\Z"
)
# "virker ikke" and "ikke til at leve med" are no denials of the danger after them.
_NO_DENIAL = re.compile(r"\b(?:virker|kan|må|tør|vil|skal|bare|hvorfor) ikke(?:\W+\w+){0,3}\W*\Z")
_DENIED_AFTER = re.compile(
    r"\A[^.!?\n]{0,30}\b(?:skete ikke|er ikke sket|er (?:nu )?fjernet|er løst)"
)
_LOOK_BACK = 60


def urgencies(text: str) -> tuple[Urgency, ...]:
    """What each rule that fires on `text` found first, in the order of RULES."""
    lowered = " ".join(text.lower().split())
    found = []
    for rule in RULES:
        for match in rule.pattern.finditer(lowered):
            if not _is_denied(lowered, match):
                found.append(Urgency(rule.name, match[0], rule.reason))
                break
    return tuple(found)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = re.split(r"[.!?;:]|\bmen\b", text[max(0, match.start() - _LOOK_BACK) : match.start()])
    clause = before[-1]
    if _DENIAL.search(clause) and not _NO_DENIAL.search(clause):
        return True
    return _DENIED_AFTER.match(text[match.end() :]) is not None
