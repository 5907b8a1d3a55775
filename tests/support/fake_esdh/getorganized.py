# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The shape of GetOrganized: numbers of its own, search by a field, files by their name."""

from __future__ import annotations

import base64
import re
from xml.sax.saxutils import quoteattr

from lxml import etree

from fake_esdh import forms
from fake_esdh.routing import routed
from fake_esdh.serving import Answer, Request
from fake_esdh.store import Store, Thing
from fake_esdh.tokens import Password

_SITE = "EMN5"
_VIEW = re.compile(r'FileLeafRef"/><Value Type="Text">([^<]+)</Value>')


class GetOrganized(Password):
    def __init__(self, store: Store) -> None:
        self.store = store

    def answer(self, request: Request) -> Answer:
        return routed(
            {
                "POST _goapi/Cases/FindByCaseProperties": self._find,
                "POST _goapi/Cases": self._create,
                "GET _goapi/Cases/Metadata/([A-Z]{3}-[0-9]{4}-[0-9]{6})": self._metadata,
                "POST _goapi/Cases/Metadata": self._change,
                "POST _goapi/Documents/AddToCase": self._add,
                "GET _goapi/Documents/DocumentBytes/([0-9]+)": self._content,
                "POST _goapi/Documents/MarkMultipleAsCaseRecord/ByDocumentId": self._mark,
                f"POST cases/{_SITE}/([^/]+)/_api/.*/RenderListDataAsStream": self._list,
            },
            request,
        )

    def _content(self, request: Request, document: str) -> Answer:
        found = self.store.get("document", document)
        return Answer(404) if found is None else Answer(200, found.content)

    def _find(self, request: Request) -> Answer:
        body = request.json()
        forms.require(body["CaseTypePrefixes"] == ["EMN"], "CaseTypePrefixes")
        (wanted,) = body["FieldProperties"]
        value, exactly = wanted["Value"], wanted["ComparisonType"] == "Equal"
        found = []
        for case in self.store.all("case"):
            held = case.body.get(wanted["InternalName"], "")
            if held == value if exactly else value in held:
                found.append({"CaseID": case.body["CaseID"]})
        return Answer.of({"CasesInfo": found})

    def _create(self, request: Request) -> Answer:
        body = request.json()
        forms.require(body["CaseTypePrefix"] == "EMN", "CaseTypePrefix")
        given = dict(etree.fromstring(body["MetadataXml"]).attrib)
        forms.title(given["ows_Title"])
        forms.kle(given["ows_KLENummer"], given["ows_Facet"])
        forms.require(re.fullmatch("[0-9]+;#.+", given["ows_Afdeling"]) is not None, "ows_Afdeling")
        forms.require(all(given.values()), "an attribute is empty")
        with self.store.locked:
            number = f"EMN-2026-{self.store.new_number('case'):06d}"
            self.store.add_numbered("case", given | {"CaseID": number})
        return Answer.of({"CaseID": number})

    def _case(self, number: str) -> Thing | None:
        return self.store.get("case", str(int(number.rpartition("-")[2])))

    def _metadata(self, request: Request, case: str) -> Answer:
        found = self._case(case)
        if found is None:
            return Answer(404)
        fields = {name: value for name, value in found.body.items() if name.startswith("ows_")} | {
            "ows_CaseUrl": f"cases/{_SITE}/{case}"
        }
        written = " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items())
        return Answer.of({"Metadata": f'<z:row xmlns:z="#RowsetSchema" {written}/>'})

    def _change(self, request: Request) -> Answer:
        body = request.json()
        found = self._case(body["CaseId"])
        if found is None:
            return Answer(404)
        given = dict(etree.fromstring(body["MetadataXml"]).attrib)
        forms.title(given["ows_Title"])
        forms.kle(given["ows_KLENummer"], given["ows_Facet"])
        forms.require(all(given.values()), "an attribute is empty")
        self.store.put(Thing("case", found.id, found.case_id, found.body | given, b""))
        return Answer.of({})

    def _add(self, request: Request) -> Answer:
        body = request.json()
        case, name = body["CaseId"], body["FileName"]
        forms.require(self._case(case) is not None, "CaseId")
        given = dict(etree.fromstring(body["Metadata"]).attrib)
        forms.title(given["ows_Title"])
        forms.require(all(given.values()), "an attribute is empty")
        content = base64.b64decode(body["Bytes"], validate=True)
        forms.require(bool(content), "Bytes")
        details = given | {"FileLeafRef": name, "CaseRecordNumber": ""}
        with self.store.locked:
            there = self._named(case, name)
            if there is None:
                made = self.store.add_numbered("document", details, case_id=case, content=content)
                return Answer.of({"DocId": int(made.id)})
            if not body["Overwrite"]:
                return Answer.of({}, 409)
            self.store.replaced(there, content)
            record = there.body["CaseRecordNumber"]
            details |= {"CaseRecordNumber": record}
            self.store.put(Thing("document", there.id, case, details, content))
        return Answer.of({"DocId": int(there.id)})

    def _mark(self, request: Request) -> Answer:
        for number in request.json()["DocumentIds"]:
            found = self.store.get("document", str(number))
            forms.require(found is not None, "DocumentIds")
            assert found is not None
            marked = found.body | {"CaseRecordNumber": f"{found.case_id}-{number}"}
            self.store.put(Thing("document", found.id, found.case_id, marked, found.content))
        return Answer.of({})

    def _list(self, request: Request, case: str) -> Answer:
        forms.require(case in request.query["@listUrl"], "listUrl")
        wanted = _VIEW.search(request.json()["parameters"]["ViewXml"])
        forms.require(wanted is not None, "ViewXml")
        assert wanted is not None
        found = self._named(case, wanted[1])
        if found is None:
            return Answer.of({"Row": []})
        columns = ("FileLeafRef", "CaseRecordNumber")
        row = {"DocID": found.id} | {name: found.body[name] for name in columns}
        return Answer.of({"Row": [row]})

    def _named(self, case: str, name: str) -> Thing | None:
        found = self.store.all("document", case_id=case)
        return next((one for one in found if one.body["FileLeafRef"] == name), None)


def documents(store: Store) -> list[Thing]:
    """The documents that stand in cases as records."""
    return [one for one in store.all("document") if one.body["CaseRecordNumber"]]
