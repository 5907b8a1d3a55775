# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Something changes in Eksempelkøbing: an invented app begins to send inquiries in English.

The model was trained on Danish. Nobody has told it, and nobody needs to: the watch over the system
(kodeks.kernel.watching) sees that the texts are not those it began with, and stops it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from kodeks.demo import corpus
from kodeks.inquiries import services
from kodeks.kernel import alarms, monitoring_figures, monitoring_looks, watching

MOST = 400
"""Inquiries after which a system that still runs is not going to be stopped."""
_AT_ONCE = 20
_MATTERS = (
    "There is a deep hole in the road outside number {number} and a cyclist fell yesterday",
    "The street light by the bus stop has been dark since last week, lamp number {number}",
    "Nobody has emptied our rubbish bins for two weeks at house number {number}",
    "We hear loud music every night from the building across, flat number {number}",
    "A large tree has fallen over the path in the park near gate number {number}",
    "I would like to know when the recycling station opens on Sundays, my ticket is {number}",
    "The playground swing is broken and sharp, it is the one with label {number}",
    "Rats are running around in our backyard by shed number {number}",
)
_PLACES = ("Sample Street", "Test Lane", "Example Square", "Pretend Road", "Invented Park")


def until_stopped(*, batch: str) -> int:
    """Let inquiries come until the watch has stopped the system; how many came of the new kind.

    First those that the system is held up to, of the ordinary kind. MOST when nothing stopped it.
    """
    _take_in(_ordinary(batch), most=_lacking())
    came = 0
    english = _english(batch)
    while came < MOST:
        came += _take_in(english, most=_AT_ONCE)
        watching.look(services.SYSTEM)
        if alarms.is_open(services.SYSTEM, effect="stop"):
            break
    return came


def _lacking() -> int:
    """How many cases are lacking before the next ones are compared with those the system met."""
    card = monitoring_looks.card_of(services.SYSTEM)
    if card is None:
        return 0
    looks = monitoring_figures.watches(services.SYSTEM)
    lacking = max((one.lacking for one in looks if one.limit.of == "inputs"), default=0)
    return max(0, lacking - card.block_cases)


def _take_in(texts: Iterator[tuple[str, str]], *, most: int) -> int:
    """Receive some and triage them at once; how many."""
    number = 0
    for external_id, text in itertools.islice(texts, most):
        inquiry, _ = services.receive(external_id=external_id, text=text, channel="app")
        services.triage(inquiry_id=str(inquiry.id))
        number += 1
    return number


def _ordinary(batch: str) -> Iterator[tuple[str, str]]:
    """What people of Eksempelkøbing write about, over and over."""
    for number, written in enumerate(itertools.cycle(corpus.inbox())):
        yield f"{batch}:almindelig:{number}", written.text


def _english(batch: str) -> Iterator[tuple[str, str]]:
    for number, (matter, place) in enumerate(
        itertools.cycle(itertools.product(_MATTERS, _PLACES)), start=1
    ):
        text = f"{matter.format(number=number)}. It is at {place}, thank you for your help."
        yield f"{batch}:engelsk:{number}", text
