# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Keys of those who send to us, whichever room's they are."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kodeks.connectors.models import Open311Key
from kodeks.waste.models import Source
from kodeks.web import sender_keys
from kodeks.web.sender_keys import SenderKey

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [Open311Key, Source])
def test_a_key_is_good_until_it_is_revoked_and_lies_nowhere(kind: type[SenderKey]) -> None:
    key = sender_keys.make(kind, name="app", made_by="test")
    row = sender_keys.in_use(kind).get()
    assert (row.name, row.made_by, len(row.digest)) == ("app", "test", 64)
    assert key not in {str(value) for value in vars(row).values()}
    assert sender_keys.of(kind, key) == row
    for wrong in ("", key[:-1], row.digest, "\ud800"):
        assert sender_keys.of(kind, wrong) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        sender_keys.make(kind, name="app", made_by="test")
    assert sender_keys.revoke(kind, name="app")
    assert not sender_keys.revoke(kind, name="app")
    assert sender_keys.of(kind, key) is None
    assert sender_keys.make(kind, name="app", made_by="test") != key
