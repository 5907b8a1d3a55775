# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sealing, opening and erasing, asked of the database alone: it holds all of it by itself.

Each entrance with a payload that is in order, and then with one thing wrong.
"""

from __future__ import annotations

import base64
import json
import os
import uuid
from typing import Any

import psycopg
import pytest

from kodeks.kernel.models import Erasure, RegistryEvent

CPR = "Borger 010190-1234 har spurgt."
REASON = "Borgeren har bedt om det."
PLACE = "prøve/cpr"
ENTRANCES = ("deposit", "unmask", "unmask by a robot", "unmasked", "erase")


@pytest.fixture(scope="module")
def slug(stage):
    return stage.register()


def payload(stage, slug: str, entrance: str) -> tuple[str, dict[str, Any]]:
    """The function and a payload that is in order, for somebody who may."""
    subject = stage.subject()
    deposited = {
        "subject": subject,
        "place": PLACE,
        "row": uuid.uuid4().hex,
        "wrapped": base64.b64encode(os.urandom(60)).decode(),
        "kek": 1,
    }
    if entrance == "deposit":
        return "deposit", deposited
    asked: dict[str, Any] = {"reason": REASON, "codex_sha256": stage.sha256}
    if entrance == "erase":
        return "erase", asked | {"subject": subject, "user_id": stage.user_id("dorte")}
    stage.call("deposit", deposited)
    asked |= {"place": PLACE, "row": deposited["row"]}
    if entrance == "unmask by a robot":
        decision = stage.call("decide", stage.choice(stage.issued(slug, subject=subject)))
        return "unmask", asked | {"decision_id": str(decision), "robot": "visitator"}
    asked |= {"user_id": stage.user_id("sofie"), "scope": {"unit": "vej", "kle": "05.01"}}
    if entrance == "unmask":
        return "unmask", asked
    return "unmasked", {"unmasking": str(stage.call("unmask", asked))}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_what_is_in_order_is_done(stage, slug, entrance):
    function, asked = payload(stage, slug, entrance)
    before = stage.contents()
    stage.call(function, asked)
    assert (stage.contents() == before) == (function == "unmasked")


def wrong(
    stage, function: str, asked: dict[str, Any]
) -> dict[str, tuple[dict[str, Any], set[str]]]:
    found: dict[str, tuple[dict[str, Any], set[str]]] = {
        "more": (asked | {"at": "2020-01-01T00:00:00Z"}, {"unknown"})
    }
    for key in asked:
        rest = {name: value for name, value in asked.items() if name != key}
        found[f"without {key}"] = (rest, {"missing", "unknown"})
        found[f"{key} of another kind"] = (
            asked | {key: [1]},
            {"form", "no_reason", "codex_changed", "no_key", "undeclared_act"},
        )
    if "codex_sha256" in asked:
        found["another codex"] = (asked | {"codex_sha256": "c0" * 32}, {"codex_changed"})
    if "reason" in asked:
        found["a number as reason"] = (asked | {"reason": CPR}, {"cpr"})
        found["a blank reason"] = (asked | {"reason": " . "}, {"no_reason"})
        found["a long reason"] = (asked | {"reason": "ord " * 125 + "x"}, {"no_reason"})
    if "user_id" in asked:
        found["nobody"] = (asked | {"user_id": 10**9}, {"no_right"})
        found["no right"] = (asked | {"user_id": stage.user_id("testine")}, {"no_right"})
    if "scope" in asked:
        for name, scope in SCOPES.items():
            found[f"scope {name}"] = (asked | {"scope": scope}, {"form", "missing", "unknown"})
        cpr = {"unit": "010190-1234", "kle": ""}
        found["a number as unit"] = (asked | {"scope": cpr}, {"cpr"})
    if function == "deposit":
        found |= _wrong_deposits(asked)
    if "subject" in asked:
        for key, value in (("type", " "), ("id", " "), ("id", "x" * 81), ("type", "x" * 41)):
            changed = asked | {"subject": asked["subject"] | {key: value}}
            found[f"subject's {key} {value[:1]}"] = (changed, {"form"})
        number = asked | {"subject": asked["subject"] | {"id": "010190-1234"}}
        found["a number as subject"] = (number, {"cpr"})
        found["more of the subject"] = (
            asked | {"subject": asked["subject"] | {"name": "x"}},
            {"unknown"},
        )
    return found


SCOPES: dict[str, Any] = {
    "of numbers": {"unit": 5, "kle": ""},
    "without kle": {"unit": ""},
    "with more": {"unit": "", "kle": "", "x": ""},
    "a kle of letters": {"unit": "", "kle": "veje"},
    "a long unit": {"unit": "x" * 81, "kle": ""},
}


def _wrong_deposits(asked: dict[str, Any]) -> dict[str, tuple[dict[str, Any], set[str]]]:
    return {
        "a blank place": (asked | {"place": " "}, {"form"}),
        "a long place": (asked | {"place": "x" * 81}, {"form"}),
        "a blank row": (asked | {"row": " "}, {"form"}),
        "a long row": (asked | {"row": "x" * 81}, {"form"}),
        "a number as place": (asked | {"place": "cpr 010190-1234"}, {"cpr"}),
        "a number as row": (asked | {"row": "010190-1234"}, {"cpr"}),
        "no base64": (asked | {"wrapped": "abcd*"}, {"form"}),
        "a long key": (asked | {"wrapped": "A" * 204}, {"form"}),
        "key number nought": (asked | {"kek": 0}, {"form"}),
        "key number 10000": (asked | {"kek": 10000}, {"form"}),
    }


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_what_is_not_in_order_is_refused_and_leaves_nothing(stage, slug, entrance):
    function, asked = payload(stage, slug, entrance)
    cases = wrong(stage, function, asked)
    before = stage.contents()
    for name, (changed, codes) in cases.items():
        assert stage.refused(function, changed) in codes, name
        assert stage.contents() == before, name
    stage.call(function, asked)


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_not_from_an_old_snapshot(stage, slug, entrance):
    function, asked = payload(stage, slug, entrance)
    with psycopg.connect(stage.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error) as error:
            connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(asked),))
    assert error.value.diag.message_detail == "isolation"


def test_what_was_erased_after_somebody_asked_is_not_given(stage, slug):
    function, asked = payload(stage, slug, "unmasked")
    event = RegistryEvent.objects.get(id=asked["unmasking"])
    erase = payload(stage, slug, "erase")[1] | {"subject": event.body["subject"]}
    stage.call("erase", erase)
    assert stage.refused(function, asked) == "no_key"


def test_what_is_just_short_enough(stage, slug):
    function, asked = payload(stage, slug, "deposit")
    for changes in (
        {"place": "y" * 80, "row": "x" * 80},
        {"wrapped": "A" * 200, "kek": 9999},
        {"subject": {"type": "t" * 40, "id": "i" * 80}},
    ):
        stage.call(function, asked | {"row": uuid.uuid4().hex} | changes)
    longest = "ord " * 124 + "ord."
    assert len(longest) == 500
    for entrance in ("unmask", "erase"):
        function, asked = payload(stage, slug, entrance)
        stage.call(function, asked | {"reason": longest})
    function, asked = payload(stage, slug, "unmask")
    stage.call(function, asked | {"scope": {"unit": "", "kle": ""}})


@pytest.mark.parametrize("by", ["dorte", "anders"])
def test_who_may_erase(stage, by):
    asked = payload(stage, "", "erase")[1] | {"user_id": stage.user_id(by)}
    assert stage.call("erase", asked) == 0
    (row,) = Erasure.objects.filter(subject_id=asked["subject"]["id"])
    assert (row.user_id, row.reason) == (stage.user_id(by), REASON)
    event = RegistryEvent.objects.filter(kind="erasure").latest("pending_id")
    assert event.body["subject"] == asked["subject"]
    assert (event.body["user"], event.body["records"]) == (asked["user_id"], 0)


@pytest.mark.parametrize("by", ["sofie", "merete", "bodil"])
def test_who_may_not_erase(stage, by):
    asked = payload(stage, "", "erase")[1] | {"user_id": stage.user_id(by)}
    assert stage.refused("erase", asked) == "no_right"


def test_only_the_one_subject_is_erased(stage, slug):
    """Another id of the same type and another type of the same id stay."""
    subject = stage.subject()
    others = [subject | {"id": uuid.uuid4().hex}, subject | {"type": "bin"}]
    for about in (subject, *others):
        stage.issued(slug, subject=about)
        deposited = payload(stage, slug, "deposit")[1] | {"subject": about}
        stage.call("deposit", deposited)
    asked = payload(stage, slug, "erase")[1] | {"subject": subject}
    assert stage.call("erase", asked) == 1
    for about, left in ((subject, 0), *((one, 1) for one in others)):
        for table in ("vaultkey", "subjectkey", "secret"):
            found = stage.as_owner(
                f"SELECT count(*) FROM kernel_{table} WHERE subject_type = %s AND subject_id = %s",
                about["type"],
                about["id"],
            )
            assert found == left, (table, about)
