# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is asked once while a page is shown: never longer, and never for another person."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from kernel_stage import today

from kodeks.kernel import access, codices, once
from kodeks.kernel.models import User
from kodeks.workbench.middleware import AsksOnce


class Asked:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_a_page_asks_once_and_whatever_is_no_page_each_time():
    ask = Asked()
    assert [once.once("x", ask) for _ in range(2)] == [1, 2]
    with once.page():
        assert [once.once("x", ask) for _ in range(3)] == [3, 3, 3]
        assert once.once("y", ask) == 4
    assert once.once("x", ask) == 5


def test_nothing_outlives_its_page_however_it_ends():
    ask = Asked()
    with pytest.raises(ZeroDivisionError), once.page():
        1 / (once.once("x", ask) - 1)
    assert once.once("x", ask) == 2
    with once.page():
        assert once.once("x", ask) == 3


def test_a_page_within_a_page_begins_with_nothing_and_a_part_goes_on():
    ask = Asked()
    with once.page():
        assert once.once("x", ask) == 1
        with once.part():
            assert once.once("x", ask) == 1
        with once.page():
            assert once.once("x", ask) == 2
        assert once.once("x", ask) == 1
    with once.part():
        assert [once.once("x", ask) for _ in range(2)] == [3, 3]
    assert once.once("x", ask) == 4


def test_an_error_is_not_kept():
    def fails() -> int:
        raise LookupError

    with once.page():
        with pytest.raises(LookupError):
            once.once("x", fails)
        assert once.once("x", lambda: 7) == 7


def test_another_thread_shows_another_page():
    found = []
    with once.page():
        once.once("x", lambda: "mine")
        beside = threading.Thread(target=lambda: found.append(once.once("x", lambda: "theirs")))
        beside.start()
        beside.join()
    assert found == ["theirs"]


@pytest.mark.parametrize(("method", "kept"), [("get", 1), ("head", 1), ("post", 3), ("put", 3)])
def test_only_what_is_shown_asks_once(method, kept):
    ask = Asked()

    def view(_):
        for _ in range(3):
            once.once("x", ask)
        return HttpResponse()

    AsksOnce(view)(getattr(RequestFactory(), method)("/"))
    assert ask.times == kept
    AsksOnce(view)(RequestFactory().get("/"))
    assert ask.times == kept + 1


def granted(stage, user: User, role: str) -> None:
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, granted_at)"
        " VALUES (%s, %s, '', '', %s, now())",
        (user.pk, role, today()),
    )


def test_a_right_that_ends_is_gone_on_the_next_page(stage):
    user = User.objects.get(pk=stage.new_user())
    granted(stage, user, "caseworker")
    with once.page():
        assert access.has_role(user, "caseworker")
        stage.owner.execute(
            "UPDATE kernel_grant SET valid_until = kernel.today() - 1 WHERE user_id = %s",
            (user.pk,),
        )
    assert not access.has_role(user, "caseworker")
    with once.page():
        assert access.roles_of(user) == frozenset()


def test_rights_asked_for_on_one_page_are_each_persons_own(stage):
    one, other = (User.objects.get(pk=stage.new_user()) for _ in range(2))
    granted(stage, one, "caseworker")
    granted(stage, other, "administrator")
    with once.page():
        for _ in range(2):
            assert access.roles_of(one) == {"caseworker"}
            assert access.roles_of(other) == {"administrator"}
        # What the account is now, is not what was asked of the database.
        one.is_active = False
        assert access.roles_of(one) == frozenset()


def test_a_page_reads_rights_and_codex_once_and_a_gate_each_time(stage):
    user = stage.user("sofie")
    codices.in_force()  # its signatures are verified once in a process
    with CaptureQueriesContext(connection) as asked, once.page():
        for _ in range(4):
            access.roles_of(user)
            access.units_of(user, "caseworker")
            codices.of_page()
    # Those who signed the codex may be asked about too.
    own = f'"kernel_grant"."user_id" = {user.pk} '
    assert len([one for one in asked if own in one["sql"]]) == 1
    assert len([one for one in asked if "kernel_codexrevision" in one["sql"]]) == 1
    with CaptureQueriesContext(connection) as asked, once.page():
        for _ in range(2):
            codices.in_force()
    assert len([one for one in asked if "kernel_codexrevision" in one["sql"]]) == 2
