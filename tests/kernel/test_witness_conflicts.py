# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A log that is not the one its witnesses have seen: what is told, and what each has signed."""

from __future__ import annotations

import time
from typing import Any

import nearby
import pytest
from cosigned import (
    KEYS,
    URLS,
    Port,
    ask,
    conflicts,
    entry,
    integrated,
    no_conflicts,
    ours,
    seen_size,
    shown,
    synced,
)

from kodeks.kernel import storage, witnessing
from kodeks.kernel.models import RegistryEvent, WitnessConflict
from kodeks.kernel.witnessing import Round

pytestmark = pytest.mark.usefixtures("usual_witnesses")


def told(stage: Any, *, seen: int, size: int) -> None:
    """The one thing that is told: a row, an event in the log, and a standing."""
    row = WitnessConflict.objects.latest("id")
    assert (row.witness, row.seen, row.size) == (KEYS[0], seen, size)
    event = RegistryEvent.objects.get(pk=row.event_id)
    body = {"witness": KEYS[0], "seen": seen, "size": size, "kind": "witnessconflict"}
    assert event.kind == "witnessconflict"
    assert body.items() <= event.body.items()
    first, *others = witnessing.standings()
    assert first.conflict == row
    assert all(one.conflict is None for one in others)
    integrated()
    assert storage.place_of(event.pending_id) is not None


@pytest.mark.parametrize("ahead", [1, 2, 30])
def test_an_old_copy_of_the_database_is_found_by_who_has_seen_more(stage, ahead):
    """The witness has signed entries that the log does not have."""
    size = synced(stage)
    log = ours()
    log.grow(ahead + 1, said=f"lost {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    now = entry(stage)
    assert ask() == 2
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=now)
    # Asked again and again, and also when our log has grown past it: it is told once.
    for _ in range(3):
        assert ask() == 2
        entry(stage, ahead)
    assert ask() == 2
    assert conflicts() == before + 1
    assert witnessing.standings()[0].size == size
    # The others' signatures are enough.
    assert seen_size() == integrated()


def test_another_history_of_the_same_size_is_found(stage):
    size = synced(stage)
    log = ours()
    log.grow(1, said=f"fork {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    assert entry(stage) == log.size
    port = Port()
    assert Round(port).ask() == 2
    assert port.old_sizes(URLS[0]) == [size, log.size]
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=log.size)


def test_another_history_that_is_shorter_is_found(stage):
    size = synced(stage)
    log = ours()
    log.grow(2, said=f"fork {size}")
    shown(URLS[0], log, old=size)
    before = conflicts()
    now = entry(stage, 9)
    assert ask() == 2
    assert conflicts() == before + 1
    told(stage, seen=log.size, size=now)


def test_a_conflict_is_settled_when_the_witness_signs_again(stage):
    size = synced(stage)
    log = ours()
    log.grow(5, said=f"lost {size}")
    shown(URLS[0], log, old=size)
    entry(stage)
    assert ask() == 2
    assert witnessing.standings()[0].conflict is not None
    # As when the witness's folder, or the right database, is put back.
    nearby.forget()
    assert ask() == 1
    assert no_conflicts()
    assert witnessing.standings()[0].size == size + 1


def test_what_each_witness_has_seen(stage):
    first = synced(stage)
    second = entry(stage)
    assert ask(*URLS[:2]) == 2
    found = witnessing.standings()
    assert [(one.name, one.key, one.url) for one in found] == [
        (one.key.name, one.key.text, one.url) for one in nearby.WITNESSES
    ]
    assert [one.size for one in found] == [second, second, first]
    assert all(abs(one.at.timestamp() - time.time()) < 60 for one in found)
