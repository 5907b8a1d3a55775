# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A journal in KMD Nova, or what has its shape: the client chooses the ids.

Followed: `itk_dev_shared_components/kmd_nova` (itk-dev-rpa/ITK-dev-shared-components):
`nova_cases.add_case` and `get_cases`, `nova_documents.upload_document`, `attach_document_to_case`,
`get_documents` and `download_document_file`, `authentication.NovaAccess`; for `Document/Update` and
`common.uuid` in a search, municipal robots that are public. Assumed: that Case/GetList finds by
`common.uuid`, and gives title and classification; that Case/Update takes those as Case/Import does;
that an id which is taken gives 409; that UploadFile with the id of an attached document gives it a
new version.

A case's and a document's UUID follow from our keys, so everything may be sent again. The document
goes in two calls, the file and then its place in the case: a file that was never attached is sent
once more, under the same id.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from kodeks.casework.ports import CaseRecord, JournalReceipt, JournalRecord, Reclassification
from kodeks.connectors.esdh import journalling, names, options, replies
from kodeks.connectors.esdh.access import Bearer
from kodeks.connectors.esdh.attempts import Attempts
from kodeks.connectors.esdh.calling import AlreadyThere, Caller
from kodeks.connectors.esdh.multipart import form

_VERSION = {"api-version": "1.0-Case"}
_SENSITIVITY = {
    "not_confidential": "IkkeFortrolige",
    "confidential": "Fortrolige",
    "sensitive": "Følsomme",
    "specially_sensitive": "SærligFølsomme",
}
_DIRECTION = {"incoming": "Indgående", "outgoing": "Udgående", "internal": "Internt"}


class NovaJournal:
    """Implements kodeks.casework.ports.JournalSystem."""

    description = "Journalen føres i kommunens KMD Nova."

    def __init__(self, *, chosen: options.Options | None = None) -> None:
        """Use `chosen`, or the installation's settings. Raises CaseworkError when they lack."""
        self._options = chosen or options.read()
        access = Bearer(self._options.token_url, self._options.client, self._options.seconds)
        self._caller = Caller(self._options.url, access, self._options.seconds)

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
        """Look for a case that cannot be there."""
        self._cases(str(uuid.uuid4()))

    def known_case(self, record: journalling.Cased) -> str:
        """Our own id for the case, if Nova took a document of it before."""
        own = str(names.case_id(record.case_key))
        return own if record.esdh_case_id == own else ""

    def find_case(self, record: journalling.Cased) -> str | None:
        own = str(names.case_id(record.case_key))
        return own if own in self._cases(own) else None

    def open_case(self, record: JournalRecord, attempts: Attempts) -> str:
        found = self.find_case(record)
        if found is not None:
            return found
        body = self._case_body(record)
        try:
            self._caller.send_json("POST", "api/Case/Import", body, query=_VERSION)
        except AlreadyThere:
            # The id is ours alone, so an earlier try of ours came through after all.
            if self.find_case(record) is None:
                raise
        return str(names.case_id(record.case_key))

    def is_classified(self, case: str, record: CaseRecord) -> bool:
        found = self._listed(case, {"caseAttributes": {"title": True}, "caseClassification": True})
        row = next(iter(found), {})
        return (
            replies.at(row, "caseAttributes", "title") == names.plain(record.case_title)
            and replies.at(row, "caseClassification", "kleNumber", "code") == record.kle_number
            and replies.at(row, "caseClassification", "proceedingFacet", "code") == record.facet
        )

    def classify(self, case: str, record: CaseRecord) -> None:
        body = {
            "common": {"transactionId": str(uuid.uuid4()), "uuid": case},
            "caseAttributes": {"title": names.plain(record.case_title)},
            "caseClassification": _classification(record),
        }
        self._caller.send_json("PATCH", "api/Case/Update", body, query=_VERSION)

    def find_document(self, record: JournalRecord, case: str) -> str | None:
        own = str(names.document_id(record.key))
        body = {
            "common": {"transactionId": str(uuid.uuid4())},
            "caseUuid": case,
            "getOutput": {"title": True, "documentType": True, "approved": True},
        }
        answer = self._caller.json("PUT", "api/Document/GetList", body, query=_VERSION)
        listed = replies.rows(replies.at(answer, "documents"))
        found = {replies.text(replies.at(row, "documentUuid")) for row in listed}
        return own if own in found else None

    def content(self, document: str) -> bytes:
        body = {"common": {"transactionId": str(uuid.uuid4()), "uuid": document}}
        reply = self._caller.send_json("PUT", "api/Document/GetFile", body, query=_VERSION)
        return reply.body

    def put_document(self, record: JournalRecord, case: str, attempts: Attempts) -> str:
        own = str(names.document_id(record.key))
        if self.find_document(record, case) and journalling.same(self, own, record):
            return own
        self._upload(record, own)
        body = self._document_body(record, own, case)
        try:
            self._caller.send_json("POST", "api/Document/Import", body, query=_VERSION)
        except AlreadyThere:
            # Attached by an earlier try. Its title and dates are those of this one.
            self._caller.send_json("PATCH", "api/Document/Update", body, query=_VERSION)
        return own

    def _upload(self, record: JournalRecord, own: str) -> None:
        try:
            self._send(record, own, names.transaction_id("upload", record.key, record.sha256))
        except AlreadyThere:
            # This transaction was done before. One with other bytes may have come after it.
            if not journalling.same(self, own, record):
                self._send(record, own, uuid.uuid4())

    def _send(self, record: JournalRecord, own: str, transaction: uuid.UUID) -> None:
        body, media_type = form(
            file_name=f"{own}{names.suffix(record.media_type)}",
            media_type=record.media_type,
            content=record.content,
        )
        path = f"api/Document/UploadFile/{transaction}/{own}"
        self._caller.send("POST", path, body=body, media_type=media_type, query=_VERSION)

    def _cases(self, identity: str) -> set[str]:
        listed = self._listed(identity, {"caseAttributes": {"userFriendlyCaseNumber": True}})
        return {replies.text(replies.at(row, "common", "uuid")) for row in listed}

    def _listed(self, identity: str, wanted: dict[str, Any]) -> list[Any]:
        """The cases of that id, with what is wanted of them."""
        body = {
            "common": {"transactionId": str(uuid.uuid4()), "uuid": identity},
            "paging": {"startRow": 1, "numberOfRows": 10},
            "caseGetOutput": wanted,
        }
        answer = self._caller.json("PUT", "api/Case/GetList", body, query=_VERSION)
        if replies.at(answer, "pagingInformation", "numberOfRows") == 0:
            return []
        return list(replies.rows(replies.at(answer, "cases")))

    def _case_body(self, record: JournalRecord) -> dict[str, Any]:
        unit = self._unit(record)
        body: dict[str, Any] = {
            "common": _common("case", record.case_key, str(names.case_id(record.case_key))),
            "caseAttributes": {
                "title": names.plain(record.case_title),
                "caseDate": _moment(record.received_or_sent_on),
            },
            "caseClassification": _classification(record),
            "state": "Opstaaet",
            "sensitivity": _SENSITIVITY[record.sensitivity],
            "caseParties": _parties(record),
            "securityUnit": unit,
            "responsibleDepartment": unit,
            "SensitivityCtrlBy": "Bruger",
            "SecurityUnitCtrlBy": "Bruger",
            "ResponsibleDepartmentCtrlBy": "Bruger",
            "AvailabilityCtrlBy": "Regler",
        }
        return body | self._caseworker(record)

    def _document_body(self, record: JournalRecord, own: str, case: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "common": _common("attach", record.key + record.sha256, own),
            "caseUuid": case,
            "title": names.plain(record.document_title),
            "sensitivity": _SENSITIVITY[record.sensitivity],
            "documentDate": _moment(record.letter_date),
            "documentType": _DIRECTION[record.direction],
            "description": f"{names.plain(record.theme)} ({record.received_or_sent_on})",
            "securityUnit": self._unit(record),
            "approved": True,
            "accessToDocuments": True,
        }
        return body | self._caseworker(record)

    def _unit(self, record: JournalRecord) -> dict[str, Any]:
        unit = self._options.department(record.department)
        return {
            "losIdentity": {
                "administrativeUnitId": unit.id,
                "fullName": unit.name,
                "userKey": unit.key,
            }
        }

    def _caseworker(self, record: JournalRecord) -> dict[str, Any]:
        """A group of caseworkers, where the municipality has one for the department."""
        unit = self._options.department(record.department)
        if not unit.caseworker:
            return {}
        group = {"administrativeUnitId": unit.caseworker, "fullName": unit.name}
        return {"caseworker": {"losIdentity": group}}


def _common(what: str, key: str, own: str) -> dict[str, str]:
    return {"transactionId": str(names.transaction_id(what, key)), "uuid": own}


def _classification(record: journalling.Cased) -> dict[str, Any]:
    return {
        "kleNumber": {"code": record.kle_number},
        "proceedingFacet": {"code": record.facet},
    }


def _moment(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _parties(record: JournalRecord) -> list[dict[str, str]]:
    party = record.party
    if party is None:
        return []
    kind, identification = {
        "cpr": ("CprNummer", party.cpr),
        "cvr": ("CvrNummer", party.cvr),
        "free": ("Frit", party.name),
    }[party.kind]
    return [
        {
            "name": party.name,
            "identificationType": kind,
            "identification": identification,
            "participantRole": "Primær",
        }
    ]
