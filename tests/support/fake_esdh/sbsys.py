# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The shape of SBSYS: cases from a template, parties by number, notes, reminders, files."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any

from fake_esdh import forms
from fake_esdh.routing import routed
from fake_esdh.serving import Answer, Request
from fake_esdh.store import Store, Thing
from fake_esdh.tokens import Tokens

TEMPLATES = (17,)
_KINDS = (
    {"Id": 1, "Navn": "Indgående"},
    {"Id": 2, "Navn": "Udgående"},
    {"Id": 3, "Navn": "Internt"},
)
_NUMBER = re.compile("[0-9]{6}-[0-9]{4}")


class Sbsys(Tokens):
    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    def answer(self, request: Request) -> Answer:
        return routed(
            {
                "POST api/sag/search": self._search,
                "POST api/v10/sag/template": self._create,
                "GET api/sag/([0-9]+)/dokumenter": partial(self._listed, "document"),
                "GET api/sag/([0-9]+)/journalarknotes": partial(self._listed, "note"),
                "GET api/erindring/sag/([0-9]+)": partial(self._listed, "reminder"),
                "POST api/person/search": self._persons,
                "POST api/person": self._add_person,
                "POST api/firma/search": self._companies,
                "POST api/journalarknote/create": self._note,
                "POST api/erindring": self._remind,
                "POST api/dokument/journaliser": self._journalise,
                "GET api/dokument/([0-9]+)/fil": self._content,
                "PUT api/dokument/([0-9]+)/fil": self._replace,
            },
            request,
        )

    def _search(self, request: Request) -> Answer:
        body = request.json()
        words = body["Titel"].casefold()
        found = [one for one in self.store.all("case") if words in one.body["SagsTitel"].casefold()]
        rows = [{"Id": int(one.id), "SagsTitel": one.body["SagsTitel"]} for one in found]
        return Answer.of({"Results": rows[: body["Limit"]]})

    def _create(self, request: Request) -> Answer:
        body = request.json()
        forms.title(body["SagsTitel"])
        forms.require(body["SkabelonId"] in TEMPLATES, "SkabelonId")
        if "PrimaryPart" in body:
            forms.require(body["PrimaryPart"]["PartType"] in ("Person", "Firma"), "PartType")
            forms.require(body["Parts"] == [body["PrimaryPart"]], "Parts")
        made = self.store.add_numbered("case", body)
        return Answer.of({"Id": int(made.id), "SagsTitel": body["SagsTitel"]})

    def _listed(self, kind: str, request: Request, case: str) -> Answer:
        if self.store.get("case", case) is None:
            return Answer(404)
        found = self.store.all(kind, case_id=case)
        return Answer.of([one.body | {"Id": int(one.id)} for one in found])

    def _persons(self, request: Request) -> Answer:
        number = request.json()["CprNummer"]
        forms.require(_NUMBER.fullmatch(number) is not None, "CprNummer")
        found = [one for one in self.store.all("person") if one.body["CprNummer"] == number]
        return Answer.of([{"Id": int(one.id), "CprNummer": number} for one in found])

    def _add_person(self, request: Request) -> Answer:
        number = request.json()["CprNummer"]
        forms.require(_NUMBER.fullmatch(number) is not None, "CprNummer")
        with self.store.locked:
            if any(one.body["CprNummer"] == number for one in self.store.all("person")):
                return Answer.of({}, 409)
            made = self.store.add_numbered("person", {"CprNummer": number})
        return Answer.of({"Id": int(made.id)})

    def _note(self, request: Request) -> Answer:
        body = request.json()
        forms.title(body["Overskrift"])
        found = re.search(r"KLE (\S+) (\S+)\.", body["Note"])
        forms.require(found is not None, "Note")
        assert found is not None
        forms.kle(found[1], found[2])
        return self._added("note", body, str(body["SagID"]))

    def _remind(self, request: Request) -> Answer:
        body = request.json()
        for name in ("Ansvarlig", "Opretter", "ErindringType"):
            forms.require(type(body[name]["Id"]) is int, name)
        return self._added("reminder", body, str(body["SagId"]))

    def _journalise(self, request: Request) -> Answer:
        parts = request.form()
        body = json.loads(parts["json"][1])
        forms.title(body["DokumentNavn"])
        forms.require(body["DokumentArt"] in _KINDS, "DokumentArt")
        name, content = parts["file"]
        forms.require(bool(name) and bool(content), "file")
        return self._added("document", body, str(body["SagID"]), content)

    def _added(self, kind: str, body: dict[str, Any], case: str, content: bytes = b"") -> Answer:
        forms.require(self.store.get("case", case) is not None, "SagID")
        made = self.store.add_numbered(kind, body, case_id=case, content=content)
        return Answer.of({"Id": int(made.id)})

    def _companies(self, request: Request) -> Answer:
        known = request.json()["CvrNummer"] == "12345678"
        return Answer.of([{"Id": 900}] if known else [])

    def _content(self, request: Request, document: str) -> Answer:
        found = self.store.get("document", document)
        return Answer(404) if found is None else Answer(200, found.content)

    def _replace(self, request: Request, document: str) -> Answer:
        found = self.store.get("document", document)
        if found is None:
            return Answer(404)
        content = request.form()["file"][1]
        self.store.replaced(found, content)
        self.store.put(Thing("document", found.id, found.case_id, found.body, content))
        return Answer.of({})


def documents(store: Store) -> list[Thing]:
    """The documents that stand in cases."""
    return store.all("document")
