# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What starts a clock of the law though the text is about something else: a report about a child, a
request to see the case, requests about one's own data, a complaint about a decision.

A short, dated list of rules that a person can read and correct, as in `urgency`. A rule only tells
a person; nothing is opened or answered by it. Rather one too many than one that is not seen, but a
plain denial ("det er ikke en klage") tells nothing, and a complaint about a noise or a hole in the
road is no complaint about a decision.
"""

import re
from dataclasses import dataclass
from datetime import date

from kodeks.inquiries.engine import urgency


@dataclass(frozen=True)
class Trap:
    """What the text seems to ask as well, the words that say so, and what follows in Danish."""

    rule: str
    matched: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """A pattern in lower-cased text, valid from `since`; `reason` is shown to a person.

    `law` is where the clock stands.
    """

    name: str
    reason: str
    law: str
    pattern: re.Pattern[str]
    since: date


_SINCE = date(2026, 11, 28)
# Up to four words may stand between the parts of a sign, but no sentence may end there.
_NEAR = r"(?:[^\w.!?]+\w+){0,4}?[ ,]+"
_MINE = r"(?:min|mine|mit|min egen|sagens|sagen|vores|alle|de)"
_PAPERS = (
    r"(?:papirer(?:ne)?|dokument(?:er(?:ne)?)?|akter(?:ne)?|sagsakter(?:ne)?|journal(?:en)?"
    r"|notat(?:er(?:ne)?)?|sag(?:en)?|sagsmappe(?:n)?)"
)
_DATA = r"(?:person)?(?:oplysninger(?:ne)?|data)"
_DECISION = (
    r"(?:afgørelse(?:n|r|rne)?|afslag(?:et)?|beslutning(?:en)?|påbud(?:det)?|dispensation(?:en)?"
    r"|(?:bygge)?tilladelse(?:n)?|bevilling(?:en)?|visitation(?:en)?|gebyr(?:et)?|afgift(?:en)?"
    r"|klagenævnet|ankestyrelsen)"
)


def _rule(name: str, reason: str, law: str, *patterns: str) -> Rule:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns).replace("~", _NEAR)
    return Rule(name, reason, law, re.compile(rf"\b(?:{joined})"), _SINCE)


OWN_DATA = "egne oplysninger"
CHILD = "underretning"
CHILD_LAW = "barnets lov §§ 136 og 137"
_CHILD_REASON = (
    "Teksten kan også være en underretning om et barn. Kommunen skal vurdere den inden 24 timer og "
    "bekræfte inden 6 hverdage, at den er kommet"
)
# The law is named, and not what is asked by it.
_BY_NAME = re.compile(r"\b(?:gdpr|databeskyttelses|persondata(?:loven|forordningen))")

RULES: tuple[Rule, ...] = (
    _rule(
        "aktindsigt",
        "Teksten kan også være en anmodning om aktindsigt. Den skal som regel besvares inden 7 "
        "arbejdsdage",
        "offentlighedsloven § 36, stk. 2, og forvaltningsloven § 16",
        r"akt-?indsigt",
        r"(?:sags|dokument)-?indsigt",
        r"kopi af \w*sagen\b",
        r"indsigt i~(?:sagen|sag|akter|akterne|sagsakter|papirer|papirerne|dokumenter|journalen)\b",
        rf"(?:kopi|kopier|udskrift) af (?:(?:alle|hele|mine?|sagens|de|vores) ){{0,2}}{_PAPERS}\b",
        rf"(?:se|læse|få|have|sende|udleveret|tilsendt)(?: mig)? {_MINE}~?{_PAPERS}\b",
        r"hvad (?:der )?står~(?:min|mine|sagen|journalen)\b",
        rf"(?:send|sende|få|se)~?(?:alle|samtlige) {_PAPERS}\b",
        r"freedom of information|access to (?:my|the) (?:file|case|documents)\b",
    ),
    _rule(
        OWN_DATA,
        "Teksten kan også være en anmodning om egne personoplysninger. Den skal besvares inden en "
        "måned",
        "databeskyttelsesforordningen artikel 15 og artikel 12, stk. 3",
        rf"hvilke {_DATA}~(?:om mig|på mig|om os)\b",
        rf"(?:indsigt i|oplyst|se|udleveret|kopi af)~{_DATA}~(?:om mig|på mig|om os)\b",
        rf"(?:indsigt i|kopi af) mine {_DATA}\b",
        r"indsigt i~registreret~?(?:om|på) (?:mig|os)\b|dataportabilitet",
        r"alt~(?:registreret|noteret|gemt|liggende)~?(?:om|på) (?:mig|os)\b",
        r"(?:access to|copy of) my (?:personal )?(?:data|information)\b",
    ),
    _rule(
        "rettelse af oplysninger",
        "Teksten kan også være en anmodning om at få rettet egne personoplysninger. Den skal "
        "besvares inden en måned",
        "databeskyttelsesforordningen artikel 16 og artikel 12, stk. 3",
        rf"(?:ret|rette|rettet|berigtige[ts]?|korrigere[ts]?)~(?:mine|alle|min) {_DATA}\b",
        rf"(?:rettelse|berigtigelse) af~?{_DATA}\b",
        rf"(?:mine|min) {_DATA} er (?:forkerte?|ukorrekte?|ikke rigtige)\b",
        rf"(?:forkerte?|ukorrekte?|urigtige) {_DATA}~(?:om|på) (?:mig|os)\b",
        r"(?:correct|rectify|rectification of) my (?:personal )?(?:data|information)\b",
    ),
    _rule(
        "sletning af oplysninger",
        "Teksten kan også være en anmodning om at få slettet egne personoplysninger. Den skal "
        "besvares inden en måned",
        "databeskyttelsesforordningen artikel 17 og artikel 12, stk. 3",
        rf"(?:slet|slette|slettet|sletter|fjerne|fjernet)~(?:mine|alle|min) {_DATA}\b",
        r"(?:slet|slette|slettet)~(?:om mig|på mig)\b",
        r"retten? til at blive glemt",
        r"(?:trækker|trække|tilbagekalder?)~samtykke",
        rf"sletning af~?{_DATA}\b",
        r"(?:slet|slette|fjerne?) mig~(?:jeres|kommunens|alle)"
        r"~?(?:systemer|register|registre|lister?)\b",
        r"(?:delete|erase) my (?:personal )?(?:data|information)\b",
    ),
    _rule(
        "begrænset brug af oplysninger",
        "Teksten kan også være en anmodning om, at egne personoplysninger kun bliver opbevaret og "
        "ikke brugt. Den skal besvares inden en måned",
        "databeskyttelsesforordningen artikel 18 og artikel 12, stk. 3",
        rf"begræns\w*~(?:behandling\w*|brug\w*) af~?{_DATA}\b",
        rf"(?:stop|stoppe|standse)~(?:behandling\w*|brug\w*) af~?(?:mine|min) {_DATA}\b",
        r"restrict(?:ion of)?~processing\b",
    ),
    _rule(
        "indsigelse mod brug af oplysninger",
        "Teksten kan også være en indsigelse mod, at egne personoplysninger bliver brugt. Den skal "
        "besvares inden en måned",
        "databeskyttelsesforordningen artikel 21 og artikel 12, stk. 3",
        # A plan and a neighbour's building are objected to as well, by other law.
        rf"(?:gør|gøre)~?indsigelse mod~?(?:behandling|brug|registrering|profilering|{_DATA})",
        r"vil ikke have,? at i (?:bruger|behandler|gemmer|registrerer|deler)"
        rf" (?:mine|min) {_DATA}\b",
        r"(?:vil|ønsker) ikke (?:at )?(?:blive )?profilere[ts]\b",
        r"object to~processing\b",
    ),
    _rule(
        "klage",
        "Teksten kan også være en klage over en afgørelse. Fristen løber fra den dag, den kom",
        "forvaltningsloven § 25 og retssikkerhedsloven § 66",
        rf"(?:klag(?:e|er|en)|anke(?:r)?|indsigelse)~(?:over|mod|vedrørende|til|om)"
        rf"~?(?:jeres |kommunens |den |det |min |mit )?{_DECISION}\b",
        rf"(?:klage|klager|anke|anker) {_DECISION}\b",
        rf"(?:uenig|utilfreds|ikke tilfreds|protesterer)~(?:i|med|mod|over)"
        rf" (?:jeres |kommunens |den |det |min |mit )?{_DECISION}\b",
        rf"ikke enig~?i~?{_DECISION}\b",
        r"klag(?:e|er)~(?:at i|at kommunen|kommunen) har (?:afvist|afslået|sagt nej)",
        r"klag(?:e|er)~(?:over|mod)~?(?:p-?|parkerings)(?:afgift|bøde)(?:en|n)?\b",
        r"få~sag(?:en)? genoptaget\b",
        rf"{_DECISION}~?(?:ændret|omgjort|genoptaget|vurderet igen)\b",
        r"(?:vil|ønsker at|agter at) (?:på)?anke\b",
        r"appeal~(?:decision|refusal|permit)\b|complain~decision\b",
        r"(?:kan|vil) ikke (?:acceptere|godtage)~(?:afgørelse|afslag|påbud)",
        r"(?:genoptag(?:e|es|et|else|elsen)?|genoverveje|ændre)~(?:sag(?:en)?|afgørelse(?:n)?|afslag(?:et)?)\b",
        r"sende?s?~(?:til|videre til) (?:ankestyrelsen|klagenævnet|planklagenævnet)",
    ),
)

_DENIAL = re.compile(r"\b(?:ikke|ingen|hverken|uden)(?:\W+\w+){0,3}\W*\Z")
# "kan ikke få", "har ikke fået" and "hvorfor ikke" are no denials of what is asked.
_NO_DENIAL = re.compile(
    r"\b(?:kan|må|har|er|blev|vil|skal|bare|hvorfor|endnu)(?: jeg| vi)? ikke"
    r"(?: fået| få| fik| se| svaret| acceptere)?(?:\W+\w+){0,2}\W*\Z"
)
_IS_NOT = re.compile(r"\b(?:det|dette|her) er (?:altså |jo )?(?:ikke|ingen)(?:\W+\w+){0,2}\W*\Z")
_LOOK_BACK = 60


def traps(text: str) -> tuple[Trap, ...]:
    """What each rule that fires on `text` found first: of a child, then in the order of RULES.

    What a rule of `urgency` says of a child is a report: the law asks for no form (barnets lov
    § 135). What only sounds like one starts no clock; a person reads it first and may.
    """
    lowered = " ".join(text.lower().split())
    child = urgency.of_a_child(text)
    found = []
    if child is not None:
        found.append(Trap(CHILD, child.matched, f"{_CHILD_REASON} ({CHILD_LAW})"))
    for rule in RULES:
        matched = _first(rule.pattern, lowered)
        if not matched and rule.name == OWN_DATA and not _asks_of_data(lowered):
            matched = _first(_BY_NAME, lowered)
        if matched:
            found.append(Trap(rule.name, matched, f"{rule.reason} ({rule.law})"))
    return tuple(found)


def _asks_of_data(lowered: str) -> bool:
    """Whether one of the rights to one's own data is asked for by what it is."""
    return any(_first(rule.pattern, lowered) for rule in RULES if "artikel 12" in rule.law)


def _first(pattern: re.Pattern[str], lowered: str) -> str:
    """What the text says first of it and does not deny; "" for nothing."""
    for match in pattern.finditer(lowered):
        if not _is_denied(lowered[max(0, match.start() - _LOOK_BACK) : match.start()]):
            return match[0]
    return ""


def _is_denied(before: str) -> bool:
    clause = re.split(r"[.!?;:]|\bmen\b", before)[-1]
    if _IS_NOT.search(clause):
        return True
    return bool(_DENIAL.search(clause)) and not _NO_DENIAL.search(clause)
