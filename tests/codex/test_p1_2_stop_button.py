# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P1.2: owner, data protection officer and administrator can stop a system at once."""

import psycopg
import pytest

from kodeks.kernel.models import RegistryEvent


@pytest.mark.parametrize("username", ["merete", "dorte", "anders"])
def test_the_next_transaction_is_refused_and_the_stop_is_on_record(stage, username):
    slug = stage.register()
    decision_id = stage.decided(slug)
    stage.switch(slug, by=username)
    for function, payload in (("issue", stage.proposal(slug)), ("act", stage.step(decision_id))):
        with pytest.raises(psycopg.Error) as error:
            stage.call(function, payload)
        assert error.value.sqlstate == "KDSTP"
    assert RegistryEvent.objects.filter(system_slug=slug, kind="stop").count() == 1


def test_only_the_owner_starts_it_again(stage):
    slug = stage.register()
    stage.switch(slug)
    with pytest.raises(psycopg.Error):
        stage.switch(slug, by="anders", verb="resume")
    stage.switch(slug, verb="resume")
    assert stage.issued(slug)
