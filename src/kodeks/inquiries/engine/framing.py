# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The matter of a text without what its channel put around it.

Headers and quotes of mails, fields of forms, how a note of a telephone call begins, greetings and
signatures.

Works on lower-cased text. Every pattern looks at a line or at a stretch of bounded length, so the
time grows with the text and not faster.
"""

from __future__ import annotations

import re

_HEADER_NAMES = """
    attachments bcc cc content-type date dato filer fra from importance kopi message-id mime-
    version modtaget prioritet received reply-to return-path sendt sent svar til to vedhæftet
    x-mailer
"""
_FIELD_NAMES = """
    adresse afsender by bydel cpr cpr-nr cpr-nummer dato distrikt e-mail email enhed id indsendt
    kanal kilde kl klokken kontakt mail mobil modtager name navn område oprettet postnr
    postnummer reference sagsbehandler sagsnr sagsnummer status telefon telefonnummer tidspunkt
    tlf
"""
_HEADERS, _FIELDS = frozenset(_HEADER_NAMES.split()), frozenset(_FIELD_NAMES.split())
_KEY = re.compile(
    r"(?:emne|subject|vedr|vedrørende|ang|angående|re|sv|vs|fw|fwd|svar|besked|beskrivelse|tekst"
    r"|(?:din )?henvendelse|kategori|message|indhold|titel|overskrift|notat)\s*[:.]\s*"
)
_SAYS_NOTHING = frozenset(("henvendelse", "henvendelse til kommunen", "spørgsmål", "besked", "hej"))
"""Subjects of mails."""
_QUOTED = re.compile(
    r"-{2,}\s*(?:oprindelig|original|videresendt|forwarded).*"
    r"|(?:den|on|d\.)\b.{4,90}(?:skrev|wrote)\b.{0,90}:\s*|_{10,}|={10,}"
)
_FOOTER = re.compile(
    r"(?:sendt|sent|hent|get) (?:fra|from|via|outlook)\b.*"
    r"|(?:denne|this) (?:e-?mail|mail|besked|meddelelse|message)\b.*"
    r"|.{0,40}\b(?:sendt|indsendt|oprettet|modtaget) (?:via|med|gennem|fra) (?:kommunens|vores|min"
    r"|appen|app|hjemmeside|kontaktformular|borger|digital|selvbetjening|formular).*"
    r"|--\s*"
)
_BEGINNING_OF_FOOTER = 60
_MAY_BE_FOOTER = ("send", "sent", "hent ", "get ", "denne", "this", "oprettet", "modtaget", "--")
_NOTE = re.compile(
    r"\A\s*(?:(?:telefon|tlf)\.?-?\s?notat|notat|telefonnotat|telefonopkald|opkald|samtale)\b"
    r"(?: kl\.? ?\d{1,2}[.:]\d\d)?[^\n.:]{0,50}[.:]\s*"
)
_CALLS = re.compile(
    r"(?:\A|(?<=[\n.:])) *(?:en )?(?:ældre )?(?:borger(?:en)?|kvinde|mand|dame|herre|anmelder"
    r"|indringer)\b"
    r"(?:[^\n.:]{0,60}?[ ,])?"
    r"(?:ringer|har ringet|ringede|kontakter os|kontakter kommunen|henvender sig|oplyser|fortæller"
    r"|melder|anmelder|meddeler|siger|skriver)\b"
    r"(?:,| ind\b| telefonisk\b| igen\b| og\b| (?:oplyser|fortæller|siger|melder|anmelder|klager"
    r"|spørger|beretter|meddeler|forklarer)\b){0,4}"
    r"(?:[ ,:]*\b(?:at|om at|vedr|angående)\b\.?)?[:, ]*"
)
_MAY_CALL = ("borger", "kvinde", "mand", "dame", "herre", "anmelder", "indringer")
_LED = re.compile(r"\A[\s.,:;-]+")
_WANTS_CALL = re.compile(
    r"(?:borger(?:en)? )?\b(?:ønsker|vil gerne|beder om|bedes) "
    r"(?:(?:at|blive|borger|borgeren|gerne|have) ){0,3}"
    r"(?:ringet op|ringes op|opkald|opringning|kontaktet)\b[^.\n]{0,60}(?:[.\n]|\Z)"
)
_MAY_WANT_CALL = ("ringet op", "ringes op", "opkald", "opringning", "kontaktet")
_GREETINGS = (
    r"kære|hej(?:sa|så)?|goddag|god ?dag|godmorgen|godaften|god aften|hello|hi|dear|halløj|davs"
)
_ALL = (
    r"(?:alle|kommune(?:n)?|jer|i|der|teknik|miljø|og|team(?:et)?|forvaltning(?:en)?|med|igen|venner|borgerservice"
    r"|afdeling(?:en)?|sir|madam|or|sagsbehandler|hr|fru|frk)"
)
_NAMED = r"[ ]+[\w'’-]{1,20}(?:[ ][\w'’-]{1,20})?[ ]*(?:,|!|(?=\n))"
_GREETING = re.compile(
    rf"\A\s*(?:{_GREETINGS})\b(?:[ ,]{{1,2}}{_ALL}\b\.?)*"
    rf"(?:[ ]*[,!.]+|{_NAMED}|[^\n.!?]{{0,40}}(?=\n)|\b)\s*"
)
_ADDRESSEE = re.compile(r"\A\s*til [^\n.!?]{1,50}\n\s*")
_SIGN_OFF = re.compile(
    r"\b(?:(?:(?:på forhånd|mange) )?tak[ .,!]{1,3})?"
    r"(?:(?:med )?(?:(?:venlig|de bedste|de venligste|bedste|mange|kærlig|høflig)[a-z]{0,3} )?"
    r"(?:hilsen|hilsner|hilsener)|ærbødigst|venligst(?=\n)|m\.?v\.?h\b\.?|v\.?h\b\.?|kh\b|dbh\b"
    r"|(?:kind |best )?regards|sincerely|mit freundlichen grüßen|viele grüße|mfg)(?=[\s.,!:]|\Z)"
)
_SIGN_OFF_SIGNS = (
    "hils",
    "vh",
    "v.h",
    "regards",
    "sincerely",
    "ærbødigst",
    "venligst",
    "grüße",
    "mfg",
    "kh",
)
_POSTSCRIPT = re.compile(r"\bp\.?s\.?\b[ .:]")
_ENDS_A_SENTENCE = re.compile(r"[?!\d]|\w\w\.$")
_LONGEST_SIGNATURE, _LONGEST_NAME, _LONGEST_KEY, _LONGEST_TAIL = 25, 4, 40, 400
_MOST_COURTESIES = 3


def matter(text: str, *, bare: bool = True) -> str:
    """The lower-cased text without its frame; `bare`: also without the signs that stood between a
    note's beginning and what was said, so that a greeting after them stands first."""
    own = _without_note("\n".join(_own_lines(text.split("\n"))))
    return _without_courtesies(_LED.sub("", own) if bare else own).strip()


def _own_lines(lines: list[str]) -> list[str]:
    """Without headers, fields, footers and what is quoted."""
    kept: list[str] = []
    keys = [_key_of(line) for line in lines]
    headers = [key in _HEADERS for key in keys]
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith(">") or keys[number] in _FIELDS or _is_footer(bare):
            continue
        if _QUOTED.fullmatch(bare):
            if sum(len(one.split()) for one in kept) > _LONGEST_NAME:
                break
            continue
        beside = headers[max(0, number - 2) : number] + headers[number + 1 : number + 3]
        if headers[number] and any(beside):
            continue
        while (key := _KEY.match(bare)) is not None:
            line = bare = bare[key.end() :]
            if bare.strip(" .!") in _SAYS_NOTHING:
                line = ""
        kept.append(line)
    return kept


def _key_of(line: str) -> str:
    """What stands before the colon of a line such as "fra: ..."; "" in others."""
    before, colon, _ = line[:_LONGEST_KEY].partition(":")
    return before.strip().rpartition(" ")[2].rstrip(".") if colon and before.count(" ") < 3 else ""


def _is_footer(line: str) -> bool:
    # Whatever ends a footer, it begins with one of these, or has it after 40 signs at most.
    beginning = line[:_BEGINNING_OF_FOOTER]
    return any(map(beginning.__contains__, _MAY_BE_FOOTER)) and bool(_FOOTER.fullmatch(line))


def _without_note(text: str) -> str:
    text = _NOTE.sub("", text, count=1)
    # To look for a word is much quicker than for a pattern, and most texts have none of these.
    if any(map(text.__contains__, _MAY_CALL)):
        text = _CALLS.sub(" ", text)
    if any(map(text.__contains__, _MAY_WANT_CALL)):
        text = _WANTS_CALL.sub(" ", text)
    return text


def _without_courtesies(text: str) -> str:
    for _ in range(_MOST_COURTESIES):
        begun = _KEY.sub("", text.lstrip(), count=1) if _KEY.match(text.lstrip()) else text
        begun = _GREETING.sub("", _ADDRESSEE.sub("", begun, count=1), count=1)
        if begun == text:
            break
        text = begun
    for _ in range(_MOST_COURTESIES):
        signed = _without_last_name(_without_signature(text))
        if signed == text:
            break
        text = signed
    return text


def _without_signature(text: str) -> str:
    signs = any(map(text.__contains__, _SIGN_OFF_SIGNS))
    for found in _SIGN_OFF.finditer(text) if signs else ():
        rest = text[found.end() : found.end() + _LONGEST_TAIL]
        after = _POSTSCRIPT.search(rest)
        if after is None and len(text) - found.end() > _LONGEST_TAIL:
            continue
        signed = rest[: after.start()] if after else rest
        if len(signed.split()) <= _LONGEST_SIGNATURE:
            begun = found.end() + after.end() if after else len(text)
            return f"{text[: found.start()]}\n{text[begun:]}".rstrip()
    return text


def _without_last_name(text: str) -> str:
    """Without a last line that is a name alone, under a text of more than a line."""
    before, line, last = text.rstrip().rpartition("\n")
    if not line:
        return text
    words = last.split()
    fits = len(before.split()) > _LONGEST_NAME and 0 < len(words) <= _LONGEST_NAME
    return before if fits and not _ENDS_A_SENTENCE.search(last) else text
