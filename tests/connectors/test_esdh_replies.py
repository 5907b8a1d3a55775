# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whatever an ESDH system answers: a receipt, PortError or PortRejected, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone
from esdh_stage import CLASSES, each_shape
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_records import record

from kodeks.casework.errors import CaseworkError
from kodeks.casework.ports import JournalReceipt, PartyRecord, PortError, PortRejected
from kodeks.connectors import http
from kodeks.connectors.esdh import access, journalling, options
from kodeks.connectors.esdh.getorganized import GetOrganizedJournal
from kodeks.connectors.esdh.sbsys import SbsysJournal

PARTY = PartyRecord("7d", "Ane Øllgaard", "cpr", "", "0707701234")
CHOSEN = options.Options(
    url="https://esdh.example",
    token_url="https://esdh.example/token",
    client="robot",
    template=17,
    mark_field="",
    seconds=1.0,
    departments={"*": options.Department(id=1, name="Alle", caseworker=2, reminder=3)},
)

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["EMN-2026-000001", "EMN-2026-1", "1", "-1", "9" * 30, "x" * 300, 0, 1, 2**70]),
)
_ANY = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_XML = st.sampled_from(
    [
        '<z:row xmlns:z="#RowsetSchema" ows_CaseUrl="cases/EMN5/EMN-2026-000001"/>',
        '<z:row xmlns:z="#RowsetSchema" ows_CaseUrl="cases/EMN5/../../admin"/>',
        '<z:row xmlns:z="#RowsetSchema"/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a ows_CaseUrl="&b;"/>',
        "<z:row",
        "",
    ]
)


def _rows(*names: str) -> st.SearchStrategy[Any]:
    return st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(names, _LEAVES)), max_size=3)


def _object(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=fields)


_LIKELY = st.one_of(
    _object(access_token=_LEAVES, expires_in=_LEAVES),
    _object(CasesInfo=_rows("CaseID")),
    _object(CaseID=_LEAVES, DocId=_LEAVES, Id=_LEAVES),
    _object(Metadata=_XML | _LEAVES),
    _object(Row=_rows("DocID", "CaseRecordNumber", "FileLeafRef")),
    _object(documents=_rows("documentUuid")),
    _object(pagingInformation=_object(numberOfRows=_LEAVES), cases=_rows("common")),
    _object(Results=_rows("Id", "SagsTitel")),
    _rows("Id", "DokumentNavn", "Overskrift", "Navn"),
)
_BODIES = st.one_of(
    st.binary(max_size=40), (_LIKELY | _ANY).map(lambda one: json.dumps(one).encode())
)
_STATUSES = st.sampled_from(
    [200] * 12 + [201, 204, 302, 400, 401, 403, 404, 409, 418, 422, 500, 504]
)
_REPLIES = st.lists(st.tuples(_STATUSES, _BODIES), min_size=1, max_size=25)


class _Once:
    """As `Attempts`, without a database."""

    def once(self, *, find: Any, body: Any, make: Any, **_: Any) -> Any:
        return find() or make(body())


@contextmanager
def answering(replies: list[tuple[int, bytes]]) -> Iterator[None]:
    """Every request gets the next of the replies, and after the last none."""
    left = iter(replies)

    def send(*_: Any, **__: Any) -> http.Reply:
        found = next(left, None)
        if found is None:
            raise http.Unreachable("TimeoutError")
        return http.Reply(status=found[0], headers={}, body=found[1])

    patches = (
        mock.patch.object(http, "send", send),
        mock.patch.object(access, "_secret", return_value="hemmelig"),
        mock.patch.object(access.Bearer, "_held", return_value={}),
    )
    with patches[0], patches[1], patches[2]:
        yield


def _journalised(shape: str) -> JournalReceipt:
    connector, made = CLASSES[shape](chosen=CHOSEN), record(party=PARTY)
    connector.check()
    found = journalling.find(connector, made)
    if found is not None:
        return found
    case = connector.open_case(made, _Once())
    document = connector.put_document(made, case, _Once())
    return JournalReceipt(case, document, timezone.now())


@each_shape
@settings(max_examples=150, deadline=None)
@given(replies=_REPLIES)
def test_no_other_exception_comes_out(shape: str, replies: list[tuple[int, bytes]]) -> None:
    with answering(replies), suppress(PortError, PortRejected):
        receipt = _journalised(shape)
        assert 0 < len(receipt.esdh_case_id) <= 200
        assert 0 < len(receipt.esdh_document_id) <= 200


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, PortRejected) for status in (400, 403, 413, 415, 422, 423)),
        *((status, PortError) for status in (302, 401, 404, 408, 409, 429, 500, 502, 503, 504)),
    ],
)
def test_what_each_status_means(status: int, kind: type[Exception]) -> None:
    with answering([(status, b"Testine Testesen 070770-1234")] * 3), pytest.raises(kind) as caught:
        GetOrganizedJournal(chosen=CHOSEN).check()
    assert "Testine" not in str(caught.value)


def test_a_large_file_is_given_more_time() -> None:
    waits = []

    def send(*_: Any, body: bytes, seconds: float, **__: Any) -> http.Reply:
        waits.append(seconds)
        return http.Reply(status=200, headers={}, body=b'{"DocId": 7}')

    made = GetOrganizedJournal(chosen=CHOSEN)
    secret = mock.patch.object(access, "_secret", return_value="hemmelig")
    with mock.patch.object(http, "send", send), secret:
        for size in (1, 3_000_000):
            made._add({"Bytes": "x" * size})
    assert waits[0] < 1.1
    assert 12 < waits[1] < 14


def test_a_deep_reply_is_no_crash() -> None:
    with answering([(200, b"[" * 100_000)]), pytest.raises(PortError):
        GetOrganizedJournal(chosen=CHOSEN).check()


def test_a_case_address_that_leads_elsewhere_is_not_followed() -> None:
    found = json.dumps({"Metadata": '<a ows_CaseUrl="cases/EMN5/../../admin"/>'}).encode()
    with answering([(200, found)]), pytest.raises(PortError, match="ikke kan læses"):
        GetOrganizedJournal(chosen=CHOSEN).find_document(record(), "EMN-2026-000001")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("KODEKS_ESDH_URL", "", "KODEKS_ESDH_URL mangler"),
        ("KODEKS_ESDH_URL", "http://esdh.example", "begynder med https"),
        ("KODEKS_ESDH_TOKEN_URL", "", "KODEKS_ESDH_TOKEN_URL mangler"),
        ("KODEKS_ESDH_CLIENT", " ", "KODEKS_ESDH_CLIENT mangler"),
        ("KODEKS_ESDH_TEMPLATE", "", "KODEKS_ESDH_TEMPLATE mangler"),
        ("KODEKS_ESDH_TEMPLATE", "syv", "skabelonens nummer"),
        ("KODEKS_ESDH_MARK_FIELD", "Kodeks' or 1", "interne navn"),
        ("KODEKS_ESDH_DEPARTMENTS", "/findes/ikke.toml", "kan ikke læses"),
    ],
)
def test_a_setting_that_lacks_is_a_sentence(
    settings: Any, tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    _settings(settings, tmp_path)
    SbsysJournal()
    setattr(settings, name, value)
    with pytest.raises(CaseworkError, match=sentence):
        SbsysJournal()


def _settings(settings: Any, folder: Path) -> None:
    file = folder / "afdelinger.toml"
    file.write_text('["Vej og Park"]\nid = 7\nname = "Vej"\nkey = "V"\n["*"]\nid = 8\nname = "X"')
    settings.KODEKS_ESDH_URL = "https://esdh.example/api/"
    settings.KODEKS_ESDH_TOKEN_URL = "http://localhost:1/token"
    settings.KODEKS_ESDH_CLIENT = "robot"
    settings.KODEKS_ESDH_TEMPLATE = "17"
    settings.KODEKS_ESDH_MARK_FIELD = ""
    settings.KODEKS_ESDH_DEPARTMENTS = str(file)


def test_a_department_is_found_by_our_name_or_stands_for_all_others(
    settings: Any, tmp_path: Path
) -> None:
    _settings(settings, tmp_path)
    chosen = options.read()
    assert chosen.url == "https://esdh.example/api"
    assert chosen.department("Vej og Park") == options.Department(id=7, name="Vej", key="V")
    assert chosen.department("Miljø").id == 8


@pytest.mark.parametrize(
    "text",
    ["[", "a = 1", "[a]\nid = 1", '[a]\nid = "1"\nname = "A"', '[a]\nid = 1\nname = "A"\nx = 1'],
)
def test_a_file_of_departments_that_says_something_else_is_refused(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "afdelinger.toml"
    file.write_text(text)
    with pytest.raises(CaseworkError, match="kan ikke læses"):
        options.departments(file)
