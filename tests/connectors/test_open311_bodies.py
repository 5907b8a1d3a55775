# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whom cases go to by Open311: what may be set, and what another body may have of a matter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework import services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Unit
from kodeks.connectors.models import Open311Way
from kodeks.connectors.open311 import bodies, minimal
from kodeks.connectors.open311.bodies import WayProblem

URL = "https://naboby.dk/open311/v2"


@pytest.fixture
def unit(db: None) -> Unit:
    return services.add_unit(code="havn", name="Havnekontoret")


def put(**changes: Any) -> Open311Way:
    given = {"unit": "havn", "url": URL, "service_code": "hul", "set_by": "anders"}
    return bodies.put(**given | changes)


def test_the_newest_way_counts_until_it_is_taken_away(unit: Unit) -> None:
    assert bodies.of(unit) is None
    put(url=f"{URL}/")
    put(service_codes={"05": "vej", "05.01": "hul", "05.01.08": "dybt"}, service_code="andet")
    way = bodies.of(unit)
    assert way is not None
    assert [way] == bodies.in_use()
    assert way.url == URL
    unit.refresh_from_db()
    assert unit.distribution == "open311"
    codes = {"05.01.08": "dybt", "05.01.12": "hul", "05.13.00": "vej", "09.00.00": "andet"}
    assert {number: bodies.code_for(way, kle_number=number) for number in codes} == codes
    bodies.remove(unit="havn", set_by="anders")
    unit.refresh_from_db()
    assert (bodies.of(unit), bodies.in_use(), unit.distribution) == (None, [], "")
    with pytest.raises(WayProblem, match="ikke sager med Open311"):
        bodies.remove(unit="havn", set_by="anders")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://naboby.dk/v2"}, "https"),
        ({"url": "ftp://naboby.dk/v2"}, "https"),
        ({"url": "naboby.dk"}, "Adressen"),
        ({"url": f"{URL}?api_key=x"}, "Adressen"),
        ({"url": "https://bruger:ord@naboby.dk/v2"}, "Adressen"),
        ({"url": "https://[naboby"}, "Adressen"),
        ({"url": "https://naboby.dk/" + "x" * 300}, "Adressen"),
        ({"service_code": ""}, "service_code"),
        ({"service_code": "to ord"}, "service_code"),
        ({"service_codes": {"05.01": ""}}, "service_code"),
        ({"service_codes": {"vej": "hul"}}, "KLE"),
        ({"answer_days": 0}, "dage"),
        ({"answer_days": 366}, "dage"),
    ],
)
def test_what_cannot_be_used_is_not_set(unit: Unit, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(WayProblem, match=words):
        put(**changes)
    unit.refresh_from_db()
    assert (unit.distribution, bodies.of(unit)) == ("", None)


def test_only_a_department_with_a_code_that_a_key_can_be_named_by(db: None) -> None:
    with pytest.raises(CaseworkError, match="findes ikke"):
        put(unit="ukendt")
    services.add_unit(code="x" * 53, name="Lang")
    with pytest.raises(WayProblem, match="52 tegn"):
        put(unit="x" * 53)


@pytest.mark.parametrize("change", ["UPDATE {} SET url = ''", "DELETE FROM {}"])
def test_what_was_set_is_not_changed(unit: Unit, change: str) -> None:
    put()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("connectors_open311way"))


def test_what_points_at_a_person_is_taken_out() -> None:
    written = (
        "Hej. Jeg er ANNE SKOV, cpr 010190-1234. Skriv til anne@skov.example eller ring på "
        "+45 12 34 56 78. Anne bor ved en skov på Attrapvej 9. Kunde 1234567."
    )
    found = minimal.text(written, names=["Anne Skov"])
    for told in ("Anne", "ANNE", "1234", "@", "12 34"):
        assert told not in found
    assert "ved en skov på Attrapvej 9" in found


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_taking_out_ends_and_leaves_no_name(text: str, names: list[str]) -> None:
    found = minimal.text(text, names=names)
    for name in names:
        word = name.strip()
        if word == name and re.fullmatch(r"\w{4,}", word) and word.lower() not in "(udeladt)":
            assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", found)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Testvej 7, 55.67 12.56", ("Testvej 7", ("55.67", "12.56"))),
        ("55.6761 12.5683", ("", ("55.6761", "12.5683"))),
        ("Testvej 7", ("Testvej 7", None)),
        ("", ("", None)),
        ("Testvej 7, 95.6 12.5", ("Testvej 7, 95.6 12.5", None)),
    ],
)
def test_a_place_is_an_address_and_perhaps_a_position(given: str, expected: Any) -> None:
    assert minimal.place(given) == expected
