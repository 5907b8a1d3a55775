# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every setting that an installation can give, in one registry.

A setting is read from the environment variable of its own name. `docs/settings.md` is checked
against `SETTINGS`, so a setting that is not listed here does not exist.
"""

import os
from pathlib import Path

from kodeks.database import cluster
from kodeks.workbench.setting import Setting
from kodeks.workbench.setting_waste import WASTE


class ConfigurationError(Exception):
    """A setting has a value that cannot be used; the text is a Danish sentence for the operator."""


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "KODEKS_HOME",
        "",
        "Installationens mappe. Uden værdi: en mappe, der hører til den mappe, du står i.",
        "path",
    ),
    Setting("KODEKS_DATABASE_URL", "", "Adressen på en database for web og arbejdere.", "url"),
    Setting("KODEKS_DATABASE_OWNER_URL", "", "Adressen for databasens ejer.", "url"),
    Setting(
        "KODEKS_DATABASE_ROLE",
        "application",
        "Den rolle, processen logger på databasen med.",
        "choice",
        ("application", "owner"),
    ),
    Setting(
        "KODEKS_POSTGRES_BIN",
        "",
        "Mappen med PostgreSQLs programmer. Uden værdi: søg på maskinen.",
        "path",
    ),
    Setting(
        "KODEKS_POSTGRES_SUPPLIER",
        "",
        "Tillad kun én kilde til PostgreSQL. Uden værdi: prøv dem i rækkefølge.",
        "choice",
        ("", "url", "installed", "wheel"),
    ),
    Setting(
        "KODEKS_SECRET_KEY_FILE",
        "",
        "Filen med nøglen, der underskriver sessioner. Uden værdi: keys/django-secret i mappen.",
        "path",
    ),
    Setting(
        "KODEKS_ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "De værtsnavne, siden svarer på. Skil dem med komma.",
        "list",
    ),
    Setting("KODEKS_PORT", "8000", "Den port, webserveren lytter på.", "number"),
    Setting("KODEKS_WORKERS", "1", "Arbejdere, som »kodeks start« kører. Mindst 1.", "number"),
    Setting(
        "KODEKS_BEHIND_PROXY",
        "0",
        "1, når en proxy foran siden har TLS og selv sætter X-Forwarded-Proto og -For.",
        "switch",
    ),
    Setting(
        "KODEKS_INSECURE_HTTP",
        "0",
        "1 tillader cookies uden TLS. Brug det kun til prøve på egen maskine.",
        "switch",
    ),
    Setting("KODEKS_DEMO", "0", "1 viser prøvemiljøet med opdigtede personer.", "switch"),
    Setting("KODEKS_MUNICIPALITY", "Eksempelkøbing Kommune", "Kommunens navn på siderne.", "text"),
    Setting(
        "KODEKS_WAS_URL",
        "https://www.was.digst.dk/",
        "Adressen på jeres tilgængelighedserklæring.",
        "url",
    ),
    Setting(
        "KODEKS_LOG_LEVEL",
        "INFO",
        "Hvor meget der skrives i loggen.",
        "choice",
        ("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
    Setting(
        "KODEKS_RECEIPT_WAIT",
        "60",
        "Sekunder, et brev højst venter på kvitteringen fra loggen, før det bliver skrevet uden.",
        "number",
    ),
    Setting(
        "KODEKS_UNHEARD_HOURS",
        "48",
        "Timer, der højst går, før en manglende kvittering på et brev eller en fordelt sag bliver "
        "en opgave.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_DAYS",
        "7",
        "Dage før en gentræning, hvis afgørelser den nye model bliver prøvet på og ikke lærer af.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_LEAST",
        "100",
        "Det mindste antal afgørelser, en ny model kan prøves på.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_LEAST_GROUP",
        "30",
        "Det mindste antal afgørelser i en gruppe, før den bliver sammenlignet med de andre.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_BOUND",
        "5",
        "Procentpoint, en ny model højst må være ringere end den i drift.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_RELEASES",
        "12",
        "Så mange frigivelser tilbage ligger den model, en ny også bliver prøvet mod. Så ses små "
        "tab, der lægger sig sammen.",
        "number",
    ),
    Setting(
        "KODEKS_RETRAINING_GROUP_BOUND",
        "5",
        "Procentpoint, forskellen på grupper højst må vokse.",
        "number",
    ),
    Setting(
        "KODEKS_WITNESS_FOLDER",
        "",
        "Mappen, hvor jeres vidne husker, hvad det har set. Uden værdi: witness i mappen.",
        "path",
    ),
    Setting("KODEKS_WITNESS_PORT", "8010", "Den port, jeres vidne lytter på.", "number"),
    Setting(
        "KODEKS_JOURNAL_SYSTEM",
        "kodeks.connectors.archive.ArchiveJournal",
        "Den klasse, der fører journalen i kommunens ESDH-system.",
        "dotted",
    ),
    Setting(
        "KODEKS_JOURNAL_FOLDER",
        "",
        "Mappen, som filjournalen skriver i. Uden værdi: journal i mappen.",
        "path",
    ),
    Setting(
        "KODEKS_LETTER_FOLDER",
        "",
        "Mappen med brevenes adresse, kontakt og logo. Uden værdi: kun kommunens navn.",
        "path",
    ),
    Setting(
        "KODEKS_LETTER_LIX",
        "45",
        "Det højeste lixtal, et brev kan have uden en grund, når teksten bliver godkendt.",
        "number",
    ),
    Setting(
        "KODEKS_LETTER_DISPATCH",
        "kodeks.connectors.outbox.OutboxFolder",
        "Den klasse, der sender breve til borgerne.",
        "dotted",
    ),
    Setting(
        "KODEKS_OUTBOX_FOLDER",
        "",
        "Mappen, som breve lægges i, når de ikke sendes digitalt. Uden værdi: outbox i mappen.",
        "path",
    ),
    Setting(
        "KODEKS_LETTER_FALLBACK",
        "",
        "Den klasse, der tager breve til dem, der er fritaget for Digital Post. Uden værdi: ingen.",
        "text",
    ),
    Setting(
        "KODEKS_CASE_DISTRIBUTION",
        "kodeks.connectors.distribution.client.Fordelingskomponenten",
        "Den klasse, der giver sager til afdelinger, som arbejder i et andet system.",
        "dotted",
    ),
    Setting(
        "KODEKS_OPEN311_DISTRIBUTION",
        "kodeks.connectors.open311.distributing.Open311Distribution",
        "Den klasse, der giver sager videre til andre med Open311.",
        "dotted",
    ),
    Setting(
        "KODEKS_DISTRIBUTION_URL",
        "",
        "Adressen på Fordelingskomponenten (SF2900). Uden værdi bliver intet fordelt.",
        "url",
    ),
    Setting(
        "KODEKS_DISTRIBUTION_SYSTEM",
        "",
        "Nummeret (UUID) på kommunens anvendersystem i Fordelingskomponenten.",
        "text",
    ),
    Setting(
        "KODEKS_DISTRIBUTION_SCHEMAS",
        "",
        "Mappen med SF2900s XSD-filer. Så bliver hver besked kontrolleret, før den sendes.",
        "text",
    ),
    Setting("KODEKS_MUNICIPALITY_CVR", "", "Kommunens CVR-nummer, otte cifre.", "text"),
    Setting(
        "KODEKS_CLIENT_CERTIFICATE",
        "",
        "PEM-filen med kommunens funktionscertifikat og dets nøgle, til Serviceplatformen.",
        "text",
    ),
    Setting(
        "KODEKS_SERVICEPLATFORM_URL",
        "https://prod.serviceplatformen.dk/",
        "Adressen på Serviceplatformen.",
        "url",
    ),
    Setting(
        "KODEKS_TOKEN_URL",
        "https://n2adgangsstyring.stoettesystemerne.dk/runtime/api/rest/wstrust/v1/issue",
        "Adressen, hvor kommunen får adgang til Serviceplatformen.",
        "url",
    ),
    Setting(
        "KODEKS_DIGITAL_POST_CONTACT_POINT",
        "",
        "Nummeret på kommunens kontaktpunkt i Digital Post. Uden værdi: intet.",
        "text",
    ),
    Setting("KODEKS_IMAP_HOST", "", "Serveren med jeres postkasse. Uden værdi: ingen.", "text"),
    Setting("KODEKS_IMAP_PORT", "993", "Postkassens port. Den skal tale TLS fra start.", "number"),
    Setting("KODEKS_IMAP_USER", "", "Robottens navn hos postkassen.", "text"),
    Setting(
        "KODEKS_DROP_FOLDER",
        "",
        "Mappen, hvor andre systemer lægger filer, der bliver til henvendelser. Uden værdi: ingen.",
        "path",
    ),
    Setting(
        "KODEKS_OPEN311_JURISDICTION",
        "",
        "Jeres jurisdiction_id i Open311. Uden værdi: alle bliver taget imod.",
        "text",
    ),
    Setting("KODEKS_SMTP_HOST", "", "Serveren, der sender jeres mail. Uden værdi: ingen.", "text"),
    Setting(
        "KODEKS_SMTP_PORT", "587", "Dens port. 465 har TLS fra start, de andre STARTTLS.", "number"
    ),
    Setting("KODEKS_SMTP_USER", "", "Robottens navn hos den. Uden værdi: intet login.", "text"),
    Setting(
        "KODEKS_SITE_URL",
        "",
        "Sidens egen adresse til links i mails, for eksempel https://kodeks.jeres-kommune.dk.",
        "url",
    ),
    Setting("KODEKS_MAIL_FROM", "", "Den adresse, der står som afsender på mails herfra.", "text"),
    Setting("KODEKS_ESDH_URL", "", "ESDH-systemets adresse. Den begynder med https.", "url"),
    Setting(
        "KODEKS_ESDH_TOKEN_URL",
        "",
        "Adressen, hvor robotten henter sit adgangstegn (Nova og SBSYS).",
        "url",
    ),
    Setting("KODEKS_ESDH_CLIENT", "", "Robottens navn i ESDH-systemet.", "text"),
    Setting("KODEKS_ESDH_TEMPLATE", "", "Nummeret på sagens skabelon (SBSYS).", "text"),
    Setting(
        "KODEKS_ESDH_MARK_FIELD",
        "",
        "Feltet, hvor sagens mærke står (GetOrganized). Uden værdi: sidst i sagens titel.",
        "text",
    ),
    Setting(
        "KODEKS_ESDH_DEPARTMENTS",
        "",
        "Filen, der siger, hvad jeres afdelinger hedder i ESDH-systemet.",
        "path",
    ),
    Setting("KODEKS_ESDH_SECONDS", "30", "Sekunder, robotten højst venter på et svar.", "number"),
    Setting(
        "KODEKS_DOCUMENT_SOURCES",
        "kodeks.accessrequests.sources.CaseworkSource,"
        "kodeks.connectors.archive_source.ArchiveSource,"
        "kodeks.connectors.inquiry_source.InquirySource",
        "De klasser, der finder dokumenter til aktindsigt, med komma imellem.",
        "list",
    ),
    Setting(
        "KODEKS_REQUEST_ORIGINS",
        "kodeks.connectors.asked_by_inquiry.InquiryOrigin",
        "De klasser, som en anmodning om aktindsigt kan komme fra, med komma imellem.",
        "list",
    ),
    Setting(
        "KODEKS_INQUIRY_OFFERS",
        "kodeks.connectors.asked_by_inquiry.AccessOffer",
        "De klasser, der siger, hvad en henvendelse ellers kan blive til, med komma imellem.",
        "list",
    ),
    Setting(
        "KODEKS_INQUIRY_MAIL",
        "kodeks.connectors.mail.sending.Acknowledging",
        "Den klasse, der sender kvitteringer for henvendelser med mail. Uden værdi: ingen.",
        "text",
    ),
    Setting(
        "KODEKS_URGENT_MAIL_HOURS",
        "24",
        "Timer, efter at noget er kommet, hvor der sendes mail om, at det haster. 0: ingen mail. "
        "Om underretninger bliver der altid sendt.",
        "number",
    ),
    *WASTE,
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def text(name: str) -> str:
    """The setting's text, stripped; its default when absent or empty. KeyError: not a setting."""
    setting = _BY_NAME[name]
    value = os.environ.get(name, "").strip() or setting.default
    if setting.choices and value not in setting.choices:
        raise ConfigurationError(
            f"{name} er »{value}«. Giv en af disse værdier: {', '.join(setting.choices)}."
        )
    return value


def switch(name: str) -> bool:
    """True for 1, False for 0; any other value is an error."""
    value = text(name)
    if value not in {"0", "1"}:
        raise ConfigurationError(f"{name} er »{value}«. Skriv 0 eller 1.")
    return value == "1"


def number(name: str, *, least: int = 0) -> int:
    """A whole number that is not below `least`."""
    value = text(name)
    if not (value.isascii() and value.isdigit()):
        raise ConfigurationError(f"{name} er »{value}«. Skriv et helt tal.")
    if int(value) < least:
        raise ConfigurationError(f"{name} er »{value}«. Den skal mindst være {least}.")
    return int(value)


def listing(name: str) -> list[str]:
    """The parts between commas, without empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def home() -> Path:
    """The installation's folder, absolute; it need not exist."""
    given = text("KODEKS_HOME")
    if given:
        return Path(given).expanduser().resolve()
    return cluster.default_home("kodeks", checkout=Path.cwd())


def path(name: str, *, within_home: str) -> Path:
    """A path setting; `within_home` is its place below the home folder when it is not given."""
    given = text(name)
    return Path(given).expanduser().resolve() if given else home() / within_home
