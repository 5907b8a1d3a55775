# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rows that an owner forges to say more than the codex that two people signed.

The database believes its rows; Python asks the signed words too (see also test_codex).
"""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import Any

import pytest
from attempts import Attempt, none_succeeds
from cases import Case, ready
from codexes import REVISION, enveloped
from django.apps import apps
from gate import (
    TURNED_AWAY,
    django_as_owner,
    execute,
    forged_for_now,
    fresh_codices,
    untriggered,
)
from kernel_stage import card_text
from psycopg.types.json import Jsonb
from released import Released, new_signer
from revisions import believed, in_operation, revised

from kodeks.codex import bundle, keys
from kodeks.demo import municipality
from kodeks.kernel import api as kernel
from kodeks.kernel import codices

KIND = "codex"


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage).fully_made()


def test_a_codex_that_was_not_signed_by_those_who_may(stage: Any) -> None:
    """An owner inserts a revision past kernel.register_codex.

    Two must have signed who had the right to it on the day, the data protection officer among them
    (principle 2).
    """
    content = stage.content()
    codex = bundle.of_content(content)
    manager, officer, technician = (
        municipality.signer(name) for name in ("merete", "dorte", "anders")
    )
    worker = new_signer(stage, stage.new_user(role="caseworker"))

    def with_right(first: int, last: int | None) -> Any:
        """The key of somebody who may sign from one day to another, counted from today."""
        who = stage.new_user()
        stage.owner.execute(
            "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
            " granted_at) VALUES (%s, 'administrator', '', '', kernel.today() + %s::int,"
            " kernel.today() + %s::int, now())",
            (who, first, last),
        )
        return new_signer(stage, who)

    tomorrow, earlier = with_right(1, None), with_right(-9, -2)
    insert = (
        f"INSERT INTO {REVISION} (number, effective_from, sha256, limits, content, envelope,"
        " registered_at) VALUES (%s, %s, %s, %s, %s, %s, now())"
    )

    def try_(*signers: Any) -> object:
        values = (
            content["number"],
            content["effective_from"],
            codex.sha256,
            Jsonb(content["limits"]),
            Jsonb(content),
            Jsonb(json.loads(enveloped(codex, *signers).as_text())),
        )
        fresh_codices()
        with forged_for_now((insert, values)):
            return codices.in_force()

    signed_by = {
        "manager and technician": (manager, technician),
        "the officer alone": (officer,),
        "officer and caseworker": (officer, worker),
        "officer and somebody who may tomorrow": (officer, tomorrow),
        "officer and somebody who might": (officer, earlier),
        "somebody whose key nobody knows": (officer, keys.load_private(keys.generate(None), None)),
    }
    with django_as_owner(stage):
        attempts = [
            Attempt(name=name, try_=partial(try_, *signers)) for name, signers in signed_by.items()
        ]
        none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
        # What is in order is: so the attempts failed for who had signed.
        for other in (technician, with_right(0, None), with_right(-9, 0), with_right(-9, -1)):
            assert try_(officer, other)


def test_a_codex_whose_number_was_lowered(stage: Any, case: Case) -> None:
    """An owner lowers the number in the row of the newest codex, so that the one before comes back.

    codices.in_force reads rows from the highest number down and stops at the first that is in
    force; a row whose number was lowered comes after it and is never compared with what was signed.
    """
    strict = in_operation(case.slug)
    newest = f"(SELECT max(number) FROM {REVISION})"
    lowered = (f"UPDATE {REVISION} SET number = 0 WHERE number = {newest}", ())
    with revised(stage, strict), untriggered(stage, REVISION), django_as_owner(stage):
        assert stage.obstacles(case.slug) == ["no_basis"]
        one = forged(case, "ask", lowered)
        none_succeeds(stage, [one], kind=KIND, refusals=TURNED_AWAY)


def test_a_field_that_is_barred_no_more(stage: Any, case: Case) -> None:
    """An owner deletes rows of kernel_barredfield; the codex that was signed still bars the field.

    facts._bars reads these rows and not the codex's own words (codex.attributes and codex.proxies,
    which kodeks.codex.protected reads), so both gates believe one and the same table.
    """

    def barred(content: dict[str, Any]) -> None:
        word = {"id": "zzz", "title": "Prøve", "words": ["teksten"]}
        content["protected"] = [*content["protected"], word]

    gone = ("DELETE FROM kernel_barredfield", ())
    with (
        revised(stage, barred),
        untriggered(stage, "kernel_barredfield"),
        django_as_owner(stage),
    ):
        assert stage.obstacles(case.slug) == ["protected_field"]
        one = forged(case, "ask", gone)
        none_succeeds(stage, [one], kind=KIND, refusals=TURNED_AWAY)


def linked(*use: str) -> tuple[str, tuple[str, ...]]:
    """A row that lets a system link two sources, in a phase and for a purpose."""
    return (
        "INSERT INTO kernel_linking (codex_id, system_slug, phase, purpose, sources, basis, source,"
        " valid_from) SELECT id, %s, %s, %s, '{henvendelse,register}', 'x', 'y', '2020-01-01'"
        " FROM kernel.codex_in_force(kernel.today())",
        use,
    )


def test_sources_that_are_linked_by_a_forged_row(stage: Any) -> None:
    """An owner inserts into kernel_linking, for which no trigger need be switched off."""
    system = Released(stage)
    system.release("1")
    permit, about = system.permit(), kernel.Subject(type="inquiry", id=uuid.uuid4().hex)

    def read(source: str, field: str) -> object:
        value = kernel.Value(text="x", fetched_at=permit.expires_at.replace(year=2025))
        return permit.read(
            subject=about, source=source, fields=(field,), fetch=lambda *_: {field: value}
        )

    read("henvendelse", "text")

    def try_() -> object:
        with forged_for_now(linked(system.slug, "operation", "triage")):
            return read("register", "size")

    with django_as_owner(stage):
        one = Attempt(name="linked", try_=try_)
        none_succeeds(stage, [one], kind=KIND, refusals=TURNED_AWAY)


def test_sets_that_are_linked_by_a_forged_row(stage: Any) -> None:
    """The same for what a model is trained on."""
    slug = stage.register()
    text = card_text(slug)
    before, _, after = text.partition('name = "size"')
    after = after.replace('purposes = ["triage"]', 'purposes = ["triage", "improvement"]', 1)
    stage.register_card(f'{before}name = "size"{after}')
    asked = {"phase": "development", "purpose": "improvement", "user": stage.user("anders")}
    permit = kernel.ask(system=slug, **asked)

    def read(source: str, field: str) -> object:
        permit.read_dataset(source=source, fields=(field,), rows=9, sha256="a1" * 32)
        return source

    assert read("henvendelse", "history")

    def try_() -> object:
        with forged_for_now(linked(slug, "development", "improvement")):
            return read("register", "size")

    with django_as_owner(stage):
        one = Attempt(name="sets linked", try_=try_)
        none_succeeds(stage, [one], kind=KIND, refusals=TURNED_AWAY)


def test_a_basis_that_was_forged_carries_a_suggestion(stage: Any, case: Case) -> None:
    """Rows of kernel_legalbasis say that a system may run which by the signed codex may not."""
    _, change, row = next(one for one in believed(case.slug) if one[0] == "ended")
    with (
        revised(stage, change),
        untriggered(stage, "kernel_legalbasis"),
        django_as_owner(stage),
    ):
        one = forged(case, "accept", row)
        none_succeeds(stage, [one], kind=KIND, refusals=TURNED_AWAY)


def test_a_key_that_was_taken_back_and_registered_again(stage: Any) -> None:
    """kernel.register_signing_key takes a key that was taken back once, and its signatures return.

    Whoever has the key that came into wrong hands needs only that it is registered anew.
    """
    system = Released(stage)
    system.release("1")
    who = system.technician
    public = system.signers[who].public
    register = "SELECT kernel.register_signing_key(%s, %s, %s)"
    stage.as_owner(register, who, "", "")
    again = (who, public.keyid, keys.public_text(public))
    attempts = [Attempt(name="again", try_=lambda: execute(stage.owner, register, *again))]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


def forged(case: Case, door: str, row: Any) -> Attempt:
    def try_() -> object:
        apps.get_app_config("kernel").permits.clear()
        with forged_for_now(row):
            return dict(case.doors)[door]()

    return Attempt(name=f"{door} by forged rows", try_=try_)
