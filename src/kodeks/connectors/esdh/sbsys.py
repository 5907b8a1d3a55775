# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A journal in SBSYS, or what has its shape: a case is made from a template.

Followed: odense-rpa/sbsys-ng (`functionality/sager.opret_sag`: api/v10/sag/template,
`søg_sager`: api/sag/search, `borger.hent_borger`: api/person/search, `journalnotater`,
`erindringer`, `dokumenter.hent_dokumenter_på_sag`; `client.opret_person`, `opret_erindring`) and,
for `api/dokument/journaliser` and `api/firma/search`, public robots of other municipalities.
Assumed: client credentials for the token (Odense's robots use a user's password beside them);
that api/sag/search finds a part of a title by `Titel`; that a person whose number is known already
gives 409; `Id` in a list of documents; `api/dokument/{id}/fil` for a document's bytes, to read and
to replace.

The template says which KLE number the case gets; ours stands in the journal note with the date and
the theme (offentlighedsloven § 15). So a case cannot be put under another subject from here. The
document comes last, so that where it is, all is.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from kodeks.casework.ports import (
    CaseRecord,
    JournalReceipt,
    JournalRecord,
    PortRejected,
    Reclassification,
)
from kodeks.connectors.esdh import journalling, names, options, replies
from kodeks.connectors.esdh.access import Bearer
from kodeks.connectors.esdh.attempts import Attempts
from kodeks.connectors.esdh.calling import AlreadyThere, Caller
from kodeks.connectors.esdh.multipart import form

B = TypeVar("B")

_CASE_ID = re.compile("[1-9][0-9]{0,17}")
_KINDS = {
    "incoming": {"Id": 1, "Navn": "Indgående"},
    "outgoing": {"Id": 2, "Navn": "Udgående"},
    "internal": {"Id": 3, "Navn": "Internt"},
}


class SbsysJournal:
    """Implements kodeks.casework.ports.JournalSystem."""

    description = "Journalen føres i kommunens SBSYS."

    def __init__(self, *, chosen: options.Options | None = None) -> None:
        """Use `chosen`, or the installation's settings. Raises CaseworkError when they lack."""
        self._options = chosen or options.read(template=True)
        access = Bearer(self._options.token_url, self._options.client, self._options.seconds)
        self._caller = Caller(self._options.url, access, self._options.seconds)

    def find(self, *, record: JournalRecord) -> JournalReceipt | None:
        """See the port."""
        return journalling.find(self, record)

    def journalise(self, *, record: JournalRecord) -> JournalReceipt:
        """See the port."""
        return journalling.journalise(self, record)

    def reclassify(self, *, record: CaseRecord) -> Reclassification:
        """The template gave the case its KLE number, and nothing we know of gives it another: a
        person must."""
        return Reclassification(esdh_case_id=self.known_case(record), done=False)

    def check(self) -> None:
        """Search for a mark that no case has."""
        self._search("kodeks:prøve")

    def known_case(self, record: journalling.Cased) -> str:
        return record.esdh_case_id if _CASE_ID.fullmatch(record.esdh_case_id) else ""

    def find_case(self, record: journalling.Cased) -> str | None:
        found = self._search(names.mark(names.case_id(record.case_key)))
        # The oldest, should somebody have copied a case with its mark.
        return str(min(found)) if found else None

    def open_case(self, record: JournalRecord, attempts: Attempts) -> str:
        case = self._once(
            attempts,
            f"case:{record.case_key}",
            lambda: self.find_case(record),
            lambda: self._case_body(record),
            lambda body: self._made("api/v10/sag/template", body),
        )
        self._remind(record, case, attempts)
        return case

    def find_document(self, record: JournalRecord, case: str) -> str | None:
        mark = names.mark(names.document_id(record.key))
        for row in replies.rows(self._caller.json("GET", f"api/sag/{case}/dokumenter")):
            if mark in _words(row, "DokumentNavn"):
                return str(replies.number(replies.at(row, "Id")))
        return None

    def content(self, document: str) -> bytes:
        return self._caller.send("GET", f"api/dokument/{document}/fil").body

    def put_document(self, record: JournalRecord, case: str, attempts: Attempts) -> str:
        self._note(record, case, attempts)
        document = self._once(
            attempts,
            f"document:{record.key}",
            lambda: self.find_document(record, case),
            lambda: _file(record, _document_fields(record, case)),
            self._upload,
            size=len(record.content),
        )
        if not journalling.same(self, document, record):
            body, media_type = _file(record)
            self._caller.send(
                "PUT", f"api/dokument/{document}/fil", body=body, media_type=media_type
            )
        return document

    def _once(
        self,
        attempts: Attempts,
        key: str,
        find: Callable[[], str | None],
        body: Callable[[], B],
        make: Callable[[B], str],
        *,
        size: int = 0,
    ) -> str:
        return attempts.once(
            key=key, find=find, body=body, make=make, seconds=self._caller.at_work(size)
        )

    def _search(self, mark: str) -> list[int]:
        answer = self._caller.json("POST", "api/sag/search", {"Titel": mark, "Limit": 25})
        rows = replies.rows(replies.at(answer, "Results"))
        return [
            replies.number(replies.at(row, "Id"))
            for row in rows
            if mark in _words(row, "SagsTitel")
        ]

    def _case_body(self, record: JournalRecord) -> dict[str, Any]:
        unit = self._options.department(record.department)
        body: dict[str, Any] = {
            "SagsTitel": names.marked(record.case_title, names.case_id(record.case_key)),
            "SkabelonId": self._options.template,
        }
        party = self._party(record)
        if party:
            body |= {"PrimaryPart": party, "Parts": [party]}
        if unit.caseworker:
            body["SagsbehandlerID"] = unit.caseworker
        return body

    def _party(self, record: JournalRecord) -> dict[str, Any]:
        party = record.party
        if party is None or party.kind == "free":
            return {}
        if party.kind == "cpr":
            number = f"{party.cpr[:6]}-{party.cpr[6:]}"
            return {"PartId": self._person(number), "PartType": "Person"}
        found = self._parties("api/firma/search", {"CvrNummer": party.cvr})
        if not found:
            raise PortRejected("Virksomheden findes ikke i SBSYS. Opret den der, og prøv igen.")
        return {"PartId": found[0], "PartType": "Firma"}

    def _person(self, number: str) -> int:
        asked = {"CprNummer": number}
        found = self._parties("api/person/search", asked)
        if not found:
            # There already: another case of the same person was first.
            with contextlib.suppress(AlreadyThere):
                self._caller.send_json("POST", "api/person", asked)
            found = self._parties("api/person/search", asked)
        if not found:
            raise replies.broken()
        return found[0]

    def _parties(self, path: str, asked: dict[str, str]) -> list[int]:
        rows = replies.rows(self._caller.json("POST", path, asked))
        return [replies.number(replies.at(row, "Id")) for row in rows]

    def _note(self, record: JournalRecord, case: str, attempts: Attempts) -> None:
        """Date, theme, KLE and who, as the law has it in a journal."""
        mark = names.mark(names.document_id(record.key))
        body = {
            "SagID": int(case),
            "Overskrift": f"{names.plain(record.theme)} ({mark})",
            "Note": (
                f"{_KINDS[record.direction]['Navn']} {record.received_or_sent_on.isoformat()}. "
                f"KLE {record.kle_number} {record.facet}. Registreret af {record.actor}."
            ),
            "KontaktTidspunkt": f"{record.received_or_sent_on.isoformat()}T00:00:00.000Z",
        }
        self._once(
            attempts,
            f"note:{record.key}",
            lambda: self._named(f"api/sag/{case}/journalarknotes", "Overskrift", mark),
            lambda: body,
            lambda body: self._made("api/journalarknote/create", body),
        )

    def _remind(self, record: JournalRecord, case: str, attempts: Attempts) -> None:
        """A reminder for the person whom the department's new cases go to, if there is one."""
        unit = self._options.department(record.department)
        if not unit.reminder or not unit.caseworker:
            return
        mark = names.mark(names.case_id(record.case_key))
        body = {
            "SagId": int(case),
            "Navn": f"Ny sag fra kodeks ({mark})",
            "Beskrivelse": names.plain(record.theme),
            "HarDeadline": False,
            "Ansvarlig": {"Id": unit.caseworker},
            "Opretter": {"Id": unit.caseworker},
            "ErindringType": {"Id": unit.reminder},
        }
        self._once(
            attempts,
            f"reminder:{record.case_key}",
            lambda: self._named(f"api/erindring/sag/{case}", "Navn", mark),
            lambda: body,
            lambda body: self._made("api/erindring", body),
        )

    def _named(self, path: str, column: str, mark: str) -> str | None:
        for row in replies.rows(self._caller.json("GET", path)):
            if mark in _words(row, column):
                return str(replies.number(replies.at(row, "Id")))
        return None

    def _made(self, path: str, body: dict[str, Any]) -> str:
        return str(replies.number(replies.at(self._caller.json("POST", path, body), "Id")))

    def _upload(self, made: tuple[bytes, str]) -> str:
        body, media_type = made
        reply = self._caller.send(
            "POST", "api/dokument/journaliser", body=body, media_type=media_type
        )
        return str(replies.number(replies.at(replies.parsed(reply.body), "Id")))


def _document_fields(record: JournalRecord, case: str) -> str:
    fields = {
        "SagID": int(case),
        "DokumentNavn": names.marked(record.document_title, names.document_id(record.key)),
        "Beskrivelse": names.plain(record.theme),
        "OmfattetAfAktindsigt": True,
        "DokumentArt": _KINDS[record.direction],
    }
    return json.dumps(fields, ensure_ascii=False)


def _file(record: JournalRecord, fields: str = "") -> tuple[bytes, str]:
    return form(
        file_name=f"{names.document_id(record.key)}{names.suffix(record.media_type)}",
        media_type=record.media_type,
        content=record.content,
        fields={"json": fields} if fields else None,
    )


def _words(row: dict[str, Any], column: str) -> str:
    """What stands in the column of another's row; "" where it holds no text."""
    value = row.get(column)
    return value if isinstance(value, str) else ""
