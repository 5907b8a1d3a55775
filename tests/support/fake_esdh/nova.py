# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The shape of KMD Nova: the client's UUIDs are the ids."""

from __future__ import annotations

import uuid
from typing import Any

from fake_esdh import forms
from fake_esdh.routing import routed
from fake_esdh.serving import Answer, Request
from fake_esdh.store import Store, Taken, Thing
from fake_esdh.tokens import Tokens

_SENSITIVITIES = ("IkkeFortrolige", "Fortrolige", "Følsomme", "SærligFølsomme")
_STATES = ("Opstaaet", "Oplyst", "Afgjort", "Bestilt", "Udfoert", "Afsluttet")
_TYPES = ("Indgående", "Udgående", "Internt")
_PARTIES = ("CprNummer", "CvrNummer", "Frit", "PNummer", "EsrNummer", "BfeNummer")


class Nova(Tokens):
    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    def answer(self, request: Request) -> Answer:
        forms.require("api-version" in request.query, "api-version")
        return routed(
            {
                "POST api/Document/UploadFile/([^/]+)/([^/]+)": self._upload,
                "PUT api/Case/GetList": self._cases,
                "POST api/Case/Import": self._import_case,
                "PATCH api/Case/Update": self._update_case,
                "PUT api/Document/GetList": self._documents,
                "PUT api/Document/GetFile": self._content,
                "POST api/Document/Import": self._attach,
                "PATCH api/Document/Update": self._update,
            },
            request,
        )

    def _content(self, request: Request) -> Answer:
        found = self.store.get("file", _body(request)["common"]["uuid"])
        return Answer(404) if found is None else Answer(200, found.content)

    def _cases(self, request: Request) -> Answer:
        body = _body(request)
        found = self.store.get("case", body["common"]["uuid"])
        wanted = body["caseGetOutput"]
        rows = []
        if found is not None:
            kept = ("caseAttributes", "caseClassification")
            told = {name: found.body[name] for name in kept if name in wanted}
            rows = [{"common": {"uuid": found.id}} | told]
        return Answer.of({"pagingInformation": {"numberOfRows": len(rows)}, "cases": rows})

    def _import_case(self, request: Request) -> Answer:
        body = _body(request)
        identity = str(uuid.UUID(body["common"]["uuid"]))
        forms.title(body["caseAttributes"]["title"])
        sorted_as = body["caseClassification"]
        forms.kle(sorted_as["kleNumber"]["code"], sorted_as["proceedingFacet"]["code"])
        forms.require(body["sensitivity"] in _SENSITIVITIES, "sensitivity")
        forms.require(body["state"] in _STATES, "state")
        for unit in ("securityUnit", "responsibleDepartment"):
            forms.require(type(body[unit]["losIdentity"]["administrativeUnitId"]) is int, unit)
        for party in body["caseParties"]:
            forms.require(party["participantRole"] in ("Primær", "Sekundær"), "role")
            forms.require(party["identificationType"] in _PARTIES, "identificationType")
            if party["identificationType"] == "CprNummer":
                forms.cpr(party["identification"])
        try:
            self.store.add("case", identity, body)
        except Taken:
            return Answer.of({}, 409)
        return Answer.of({})

    def _update_case(self, request: Request) -> Answer:
        body = _body(request)
        found = self.store.get("case", body["common"]["uuid"])
        if found is None:
            return Answer(404)
        forms.title(body["caseAttributes"]["title"])
        sorted_as = body["caseClassification"]
        forms.kle(sorted_as["kleNumber"]["code"], sorted_as["proceedingFacet"]["code"])
        attributes = found.body["caseAttributes"] | body["caseAttributes"]
        changed = found.body | {"caseAttributes": attributes, "caseClassification": sorted_as}
        self.store.put(Thing("case", found.id, "", changed, b""))
        return Answer.of({})

    def _upload(self, request: Request, transaction: str, identity: str) -> Answer:
        uuid.UUID(transaction)
        name, content = request.form()["file"]
        forms.require(bool(name) and bool(content), "file")
        try:
            self.store.add("transaction", transaction, {})
        except Taken:
            return Answer.of({}, 409)
        self.store.replaced(self.store.get("file", identity), content)
        self.store.put(Thing("file", str(uuid.UUID(identity)), "", {"name": name}, content))
        return Answer.of({})

    def _documents(self, request: Request) -> Answer:
        body = _body(request)
        found = self.store.all("document", case_id=body["caseUuid"])
        return Answer.of({"documents": [{"documentUuid": one.id, **one.body} for one in found]})

    def _attach(self, request: Request) -> Answer:
        body = _body(request)
        identity, case = body["common"]["uuid"], body["caseUuid"]
        forms.title(body["title"])
        forms.require(body["documentType"] in _TYPES, "documentType")
        forms.require(body["sensitivity"] in _SENSITIVITIES, "sensitivity")
        forms.require(self.store.get("case", case) is not None, "caseUuid")
        forms.require(self.store.get("file", identity) is not None, "file")
        try:
            self.store.add("document", identity, body, case_id=case)
        except Taken:
            return Answer.of({}, 409)
        return Answer.of({})

    def _update(self, request: Request) -> Answer:
        body = _body(request)
        found = self.store.get("document", body["common"]["uuid"])
        if found is None:
            return Answer(404)
        self.store.put(Thing("document", found.id, found.case_id, found.body | body, b""))
        return Answer.of({})


def _body(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = request.json()
    uuid.UUID(body["common"]["transactionId"])
    return body


def documents(store: Store) -> list[Thing]:
    """The documents that stand in cases, with their content."""
    files = {file.id: file for file in store.all("file")}
    return [
        Thing("document", one.id, one.case_id, one.body, files[one.id].content)
        for one in store.all("document")
    ]
