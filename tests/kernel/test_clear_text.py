# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is kept in clear for ever holds no CPR number, however it is written; ids are no numbers."""

from __future__ import annotations

import hashlib
import uuid

import psycopg
import pytest
from psycopg.types.json import Jsonb

SPELT = [
    "010190-1234",
    "0101901234",
    "010190 1234",
    "01 01 90 1234",
    "01.01.90-1234",
    "01-01-90-1234",
    "010190 - 1234",
    "010190\u20131234",
    "010190\u20111234",
    "010190\u22121234",
    "010190\u00a01234",
    "Nummer:\n010190-1234",
    "\t0101901234\r",
    "\u0001010190-1234",
    "(010190-1234)",
    "«010190-1234»",
]
NONE = [
    str(uuid.UUID(int=0)),
    "a0101901234",
    "0101901234b",
    "20101901234",
    "01019012345",
    "2026-0101901234",
    "410190-1234",
    "012190-1234",
    "2026-11-26T10:15:00Z",
    "05.01.08",
    "12345678",
]


def refused(stage, value: object) -> bool:
    with psycopg.connect(stage.owner_url) as connection:
        try:
            connection.execute("SELECT kernel.refuse_cpr(%s)", (Jsonb(value),))
        except psycopg.Error as error:
            return (error.sqlstate, error.diag.message_detail) == ("KDREF", "cpr")
    return False


@pytest.mark.parametrize("text", SPELT)
def test_a_number_is_found_wherever_it_stands(stage, text):
    for value in (text, {"a": text}, [[{"b": f"Borgeren {text} har ringet."}]]):
        assert refused(stage, value)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number_is_let_through(stage, text):
    assert not refused(stage, {"a": text})


def test_random_ids_and_digests_are_not_taken_for_numbers(stage):
    values = [
        [str(uuid.uuid4()), hashlib.sha256(uuid.uuid4().bytes).hexdigest()] for _ in range(5000)
    ]
    assert not refused(stage, values)
