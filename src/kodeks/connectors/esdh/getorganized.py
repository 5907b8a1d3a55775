# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A journal in GetOrganized, or what has its shape: no key of ours, so search first.

Followed: `getorganized/go_api.py` of itk-dev-rpa/ITK-dev-shared-components (`create_case`,
`find_case`, `upload_document`) and AAK-MBU/MBU-getorganized-integration (`payloads`, `endpoints`,
`documents`: the file as base64, MarkMultipleAsCaseRecord, DocumentBytes; `go`: `ows_CaseUrl` and
the columns `DocID` and `CaseRecordNumber`). Assumed: that RenderListDataAsStream takes a query by
`FileLeafRef` on the case's list, as SharePoint's own does; that Cases/Metadata, which gives a
case's fields, takes new ones by POST; that AddToCase answers with `DocId`;
Basic over TLS (they sign in with NTLM).

A case of ours is known by our mark in a field of its own (KODEKS_ESDH_MARK_FIELD) or, without one,
at the end of its title; a document by its file name, under which AddToCase replaces what is there.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from xml.sax.saxutils import quoteattr

from kodeks.casework.ports import CaseRecord, JournalReceipt, JournalRecord, Reclassification
from kodeks.connectors import xml
from kodeks.connectors.esdh import journalling, names, options, replies
from kodeks.connectors.esdh.access import Basic
from kodeks.connectors.esdh.attempts import Attempts
from kodeks.connectors.esdh.calling import Caller

_KIND = "EMN"
_CASE_ID = re.compile(r"[A-Z]{3}-[0-9]{4}-[0-9]{6}")
_DIRECTION = {"incoming": "Indgående", "outgoing": "Udgående", "internal": "Intern"}
_SENSITIVITY = {
    "not_confidential": "Åben for alle",
    "confidential": "Fortrolig",
    "sensitive": "Følsom",
    "specially_sensitive": "Særligt følsom",
}


class GetOrganizedJournal:
    """Implements kodeks.casework.ports.JournalSystem."""

    description = "Journalen føres i kommunens GetOrganized."

    def __init__(self, *, chosen: options.Options | None = None) -> None:
        """Use `chosen`, or the installation's settings. Raises CaseworkError when they lack."""
        self._options = chosen or options.read(token=False)
        access = Basic(self._options.client)
        self._caller = Caller(self._options.url, access, self._options.seconds)
        self._places: dict[str, str] = {}

    def find(self, *, record: JournalRecord) -> JournalReceipt | None:
        """See the port."""
        return journalling.find(self, record)

    def journalise(self, *, record: JournalRecord) -> JournalReceipt:
        """See the port."""
        return journalling.journalise(self, record)

    def reclassify(self, *, record: CaseRecord) -> Reclassification:
        """See the port."""
        return journalling.reclassify(self, record)

    def check(self) -> None:
        """Search for a mark that no case has."""
        self._search("kodeks:prøve")

    def known_case(self, record: journalling.Cased) -> str:
        return record.esdh_case_id if _CASE_ID.fullmatch(record.esdh_case_id) else ""

    def find_case(self, record: journalling.Cased) -> str | None:
        # The oldest, should somebody have copied a case with its mark.
        return min(self._search(names.mark(names.case_id(record.case_key))), default=None)

    def open_case(self, record: JournalRecord, attempts: Attempts) -> str:
        return attempts.once(
            key=f"case:{record.case_key}",
            find=lambda: self.find_case(record),
            body=lambda: self._case_body(record),
            make=self._create_case,
            seconds=self._caller.at_work(0),
        )

    def is_classified(self, case: str, record: CaseRecord) -> bool:
        row = self._metadata(case)
        return all(row.get(name) == value for name, value in self._subject(record).items())

    def classify(self, case: str, record: CaseRecord) -> None:
        body = {"CaseId": case, "MetadataXml": _row_xml(self._subject(record))}
        self._caller.send_json("POST", "_goapi/Cases/Metadata", body)

    def _subject(self, record: journalling.Cased) -> dict[str, str]:
        """The fields that say what a case is about; its title carries our mark where no field of
        its own does."""
        title, identity = record.case_title, names.case_id(record.case_key)
        marked = names.plain(title) if self._options.mark_field else names.marked(title, identity)
        return {
            "ows_Title": marked,
            "ows_KLENummer": record.kle_number,
            "ows_Facet": record.facet,
        }

    def find_document(self, record: JournalRecord, case: str) -> str | None:
        row = self._row(record, case)
        return row[0] if row and row[1] else None

    def content(self, document: str) -> bytes:
        return self._caller.send("GET", f"_goapi/Documents/DocumentBytes/{document}").body

    def put_document(self, record: JournalRecord, case: str, attempts: Attempts) -> str:
        document = attempts.once(
            key=f"document:{record.key}",
            find=lambda: self._with_these_bytes(record, case),
            body=lambda: _document_body(record, case),
            make=self._add,
            seconds=self._caller.at_work(len(record.content)),
        )
        self._caller.send_json(
            "POST",
            "_goapi/Documents/MarkMultipleAsCaseRecord/ByDocumentId",
            {"DocumentIds": [int(document)]},
        )
        return document

    def _with_these_bytes(self, record: JournalRecord, case: str) -> str | None:
        row = self._row(record, case)
        return row[0] if row and journalling.same(self, row[0], record) else None

    def _search(self, mark: str) -> list[str]:
        """Ids of the cases that carry the mark."""
        field = self._options.mark_field
        body = {
            "FieldProperties": [
                {
                    "InternalName": field or "ows_Title",
                    "Value": mark,
                    "DataType": "Text",
                    "ComparisonType": "Equal" if field else "Contains",
                    "IsMultiValue": "False",
                }
            ],
            "CaseTypePrefixes": [_KIND],
            "LogicalOperator": "AND",
            "ExcludeDeletedCases": "True",
            "ReturnCasesNumber": "25",
        }
        answer = self._caller.json("POST", "_goapi/Cases/FindByCaseProperties", body)
        return [_case_id(row) for row in replies.rows(replies.at(answer, "CasesInfo"))]

    def _case_body(self, record: JournalRecord) -> dict[str, Any]:
        identity = names.case_id(record.case_key)
        unit = self._options.department(record.department)
        field = self._options.mark_field
        properties = self._subject(record) | {
            "ows_CaseStatus": "Åben",
            "ows_CaseCategory": _SENSITIVITY[record.sensitivity],
            "ows_Afdeling": f"{unit.id};#{unit.name}",
            "ows_Modtaget": record.received_or_sent_on.isoformat(),
            "ows_CCMContactData": _contact(record),
        }
        if field:
            properties[field] = names.mark(identity)
        return {
            "CaseTypePrefix": _KIND,
            "MetadataXml": _row_xml(properties),
            "ReturnWhenCaseFullyCreated": True,
        }

    def _create_case(self, body: dict[str, Any]) -> str:
        return _case_id(self._caller.json("POST", "_goapi/Cases", body))

    def _add(self, body: dict[str, Any]) -> str:
        answer = self._caller.json("POST", "_goapi/Documents/AddToCase", body)
        return str(replies.number(replies.at(answer, "DocId")))

    def _row(self, record: JournalRecord, case: str) -> tuple[str, bool] | None:
        """Id of the document that carries our mark, and whether it is marked as a record."""
        name = _file_name(record)
        place = self._case_url(case)
        view = (
            '<View Scope="RecursiveAll"><Query><Where><Eq><FieldRef Name="FileLeafRef"/>'
            f'<Value Type="Text">{name}</Value></Eq></Where></Query></View>'
        )
        answer = self._caller.json(
            "POST",
            f"{place}/_api/web/GetList(@listUrl)/RenderListDataAsStream",
            {"parameters": {"RenderOptions": 2, "AddRequiredFields": True, "ViewXml": view}},
            query={"@listUrl": f"'/{place}/Dokumenter'"},
        )
        for row in replies.rows(replies.at(answer, "Row")):
            if row.get("FileLeafRef") == name:
                record_number = row.get("CaseRecordNumber")
                return str(replies.number(replies.at(row, "DocID"))), record_number not in (
                    None,
                    "",
                )
        return None

    def _case_url(self, case: str) -> str:
        if case not in self._places:
            self._places[case] = self._read_case_url(case)
        return self._places[case]

    def _read_case_url(self, case: str) -> str:
        place = replies.text(self._metadata(case).get("ows_CaseUrl"))
        if not re.fullmatch(rf"cases/[A-Z0-9]{{1,20}}/{case}", place):
            # The address is followed, so it must not lead elsewhere.
            raise replies.broken()
        return place

    def _metadata(self, case: str) -> dict[str, str]:
        """The case's fields."""
        answer = self._caller.json("GET", f"_goapi/Cases/Metadata/{case}")
        return _attributes(replies.at(answer, "Metadata"))


def _case_id(value: Any) -> str:
    found = replies.text(replies.at(value, "CaseID"))
    if not _CASE_ID.fullmatch(found):
        raise replies.broken()
    return found


def _document_body(record: JournalRecord, case: str) -> dict[str, Any]:
    properties = {
        "ows_Title": names.plain(record.document_title),
        "ows_Dato": record.letter_date.isoformat(),
        "ows_Korrespondance": _DIRECTION[record.direction],
    }
    return {
        "Bytes": base64.b64encode(record.content).decode("ascii"),
        "CaseId": case,
        "ListName": "Dokumenter",
        "FolderPath": "",
        "FileName": _file_name(record),
        "Metadata": _row_xml(properties),
        "Overwrite": True,
    }


def _file_name(record: JournalRecord) -> str:
    return f"kodeks-{names.document_id(record.key).hex}{names.suffix(record.media_type)}"


def _contact(record: JournalRecord) -> str:
    """Name, id and number of the party, as `ows_CCMContactData` has them."""
    party = record.party
    if party is None:
        return ""
    return f"{names.plain(party.name)};#;#{party.cpr or party.cvr};#;#"


def _row_xml(properties: dict[str, str]) -> str:
    # GetOrganized refuses an attribute that is empty.
    given = {name: value for name, value in properties.items() if value}
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in given.items())
    return f'<z:row xmlns:z="#RowsetSchema" {written}/>'


def _attributes(text: Any) -> dict[str, str]:
    if not isinstance(text, str):
        raise replies.broken()
    try:
        return dict(xml.parse(text.encode()).attrib)
    except (xml.XmlError, ValueError):
        raise replies.broken() from None
