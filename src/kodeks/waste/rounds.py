# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A look at all bins: levels that can be trusted, what is to be expected, and who must be asked.

All of it is done under a permit: while the system may not run there is no round, and pages show
what was measured and no more. Bins are taken in lots; a lot is one transaction, and so is a notice.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import structlog
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste import home_clock, many_series, noticing, schedules, selectors
from kodeks.waste.engine import flags
from kodeks.waste.engine.bin_model import BinModel
from kodeks.waste.engine.forecast.models import Answers
from kodeks.waste.engine.health.judging import Health, judge
from kodeks.waste.engine.notices.proposing import Chances, Proposal, found_labels, propose
from kodeks.waste.engine.notices.rules import NOTHING
from kodeks.waste.engine.notices.situation import ALARMS_OF_FIRE, Situation
from kodeks.waste.many_series import Told
from kodeks.waste.models import Notice, Outlook, Placement, Round, Session

log = structlog.get_logger(__name__)

LOOK_BACK = dt.timedelta(days=28)
"""Of readings that are looked at."""
AGAIN = dt.timedelta(hours=24)
"""So long after somebody decided nobody is asked the same of the bin again."""
SUBJECT = "binround"
"""What the kernel calls a look at many bins."""
_WARM = 40.0
"""°C at which a bin is looked at at once, and not in the next round."""
_RECENT = dt.timedelta(minutes=20)
_WEEK = dt.timedelta(days=7)
_MIDDLE, _LOW, _HIGH = 4, 0, 8
"""Places of the median and of 10 and 90 % among deciles."""


@dataclass(frozen=True)
class _Seen:
    """A bin in a lot."""

    told: Told
    health: Health
    situation: Situation


@dataclass(frozen=True)
class _Computed:
    """What the released model says of a lot: answers of all its bins, and for each what is proposed
    and every label that its limits give."""

    answers: Answers | None
    proposals: list[Proposal]
    labels: list[frozenset[str]]


def look() -> int:
    """Background work: a round over all bins that have a sensor; how many there were."""
    now = timezone.now()
    bins = _with_sensors()
    if not bins or not kernel.may_run(noticing.SYSTEM, purpose=noticing.PURPOSE):
        return 0
    made = Round.objects.create(id=uuid.uuid4(), at=now)
    seen = sum(_lot(made, lot, now) for lot in _told(bins, now))
    made.finished_at = timezone.now()
    made.save(update_fields=["artefact_sha256", "finished_at"])
    log.info("bins_looked_at", bins=seen)
    return seen


def watch() -> int:
    """Background work: the bins that are warm or sound an alarm, between the rounds; how many."""
    now = timezone.now()
    bins = _warm(now)
    if not bins or not kernel.may_run(noticing.SYSTEM, purpose=noticing.PURPOSE):
        return 0
    return sum(_lot(None, lot, now) for lot in _told(bins, now))


def _told(bins: Sequence[int], now: dt.datetime) -> Iterable[list[Told]]:
    return many_series.told(bins, since=now - LOOK_BACK, until=now)


def _lot(made: Round | None, lot: list[Told], now: dt.datetime) -> int:
    if not lot:
        return 0
    seen = _seen(lot, now)

    def work(permit: kernel.Permit) -> _Computed:
        found = _computed(permit, made, [one.situation for one in seen])
        if made is not None:
            made.artefact_sha256 = permit.computed_by
            made.save(update_fields=["artefact_sha256"])
            _keep(made, seen, found)
        _end(seen, found, now)
        return found

    found = kernel.under_permit(system=noticing.SYSTEM, purpose=noticing.PURPOSE, work=work)
    _ask(seen, found, now)
    return len(seen)


def _seen(lot: list[Told], now: dt.datetime) -> list[_Seen]:
    ids = [one.bin_id for one in lot]
    plan = schedules.current(now, ids)
    asked = _asked(ids, now)
    moment, since = home_clock.seconds(now), home_clock.seconds(now - LOOK_BACK)
    found = []
    for told in lot:
        visit = schedules.next_visit(plan.get(told.bin_id), after=now)
        served = schedules.last_visit(plan.get(told.bin_id), before=now)
        health = judge(told.series, now=moment)
        situation = Situation.of(
            told.series,
            health,
            now=moment,
            since=since,
            alarms=told.alarms,
            visit=None if visit is None else home_clock.seconds(visit),
            served=None if served is None else home_clock.seconds(served),
            asked=tuple(sorted(asked.get(told.bin_id, ()))),
        )
        found.append(_Seen(told, health, situation))
    return found


def _computed(permit: kernel.Permit, made: Round | None, situations: list[Situation]) -> _Computed:
    """What the data say is computed from what was read under the permit, and from nothing else."""
    texts = [one.texts for one in situations]
    joined = {name: json.dumps([one[name] for one in texts]) for name in texts[0]}
    subject = kernel.Subject(type=SUBJECT, id=str(uuid.uuid4() if made is None else made.id))
    read = noticing.read(permit, subject, joined)
    columns = {name: json.loads(datum.value.text) for name, datum in read.items()}
    rows = zip(*columns.values(), strict=True)
    those = [Situation.of_texts(**dict(zip(columns, row, strict=True))) for row in rows]
    return permit.predict(load=BinModel.of_bytes, compute=lambda model: _by(model, those))


def _by(model: BinModel, those: list[Situation]) -> _Computed:
    answers = model.answers(those)
    proposals, labels = [], []
    for place, one in enumerate(those):
        chances = None if answers is None else Chances(tuple(answers.chances[place].tolist()))
        proposals.append(propose(model.rules, one, chances))
        labels.append(found_labels(model.rules, replace(one, asked=()), chances))
    return _Computed(answers, proposals, labels)


def _keep(made: Round, seen: list[_Seen], found: _Computed) -> None:
    Outlook.objects.bulk_create(
        _outlook(made, one, found.answers, place) for place, one in enumerate(seen)
    )


def _outlook(made: Round, seen: _Seen, answers: Answers | None, place: int) -> Outlook:
    situation, series = seen.situation, seen.told.series
    last, warmed = situation.last, situation.warmed()
    visit = None if situation.visit is None else home_clock.moment(situation.visit)
    outlook = Outlook(
        round=made,
        bin_id=seen.told.bin_id,
        level_pct=None if last is None else last[1],
        level_at=None if last is None else home_clock.moment(last[0]),
        temperature_c=None if warmed is None else warmed[0],
        heard_at=home_clock.moment(int(series.time[-1])),
        emptied_at=(None if situation.emptied is None else home_clock.moment(situation.emptied)),
        trust=situation.trust,
        reason=situation.reason[:300],
        faults=[[kind, reason] for kind, _, reason in situation.faults],
        visit_at=visit,
    )
    if answers is not None:
        days = answers.chances[place].tolist()
        outlook.within_1, outlook.within_2, outlook.within_3 = days[:3]
        outlook.within_7 = days[6]
        hours = answers.hours[place].tolist()
        outlook.hours_low, outlook.hours_high = hours[_LOW], hours[_HIGH]
        outlook.hours_middle = hours[_MIDDLE]
        levels = answers.levels[place]
        if visit is not None and visit <= made.at + _WEEK and np.isfinite(levels).all():
            # Of 5, 10 .. 95 %.
            outlook.visit_low, outlook.visit_high = float(levels[1]), float(levels[17])
            outlook.visit_middle = float(levels[9])
    return outlook


def _end(seen: list[_Seen], found: _Computed, now: dt.datetime) -> None:
    """What nobody decided and the limits give no longer is over."""
    labels = dict(zip((one.told.bin_id for one in seen), found.labels, strict=True))
    for notice in Notice.objects.filter(bin_id__in=labels, ended_at=None, decision_id=None):
        if notice.label not in labels[notice.bin_id]:
            notice.ended_at = now
            notice.save(update_fields=["ended_at"])


def _ask(seen: list[_Seen], found: _Computed, now: dt.datetime) -> None:
    """Put those bins before people that the limits give; each by itself, so that the next round
    goes on where this one was cut short."""
    for one, proposal in zip(seen, found.proposals, strict=True):
        if proposal.label != NOTHING:
            noticing.ask(
                bin_id=one.told.bin_id,
                situation=one.situation,
                label=proposal.label,
                opened_at=now,
            )


def _asked(bins: list[int], now: dt.datetime) -> dict[int, set[str]]:
    """By bin: what stands before people, or was decided a short while ago."""
    standing = Q(ended_at=None) | Q(decision_id__isnull=False, ended_at__gt=now - AGAIN)
    found: dict[int, set[str]] = {}
    rows = Notice.objects.filter(standing, bin_id__in=bins).values_list("bin_id", "label")
    for bin_id, label in rows:
        found.setdefault(bin_id, set()).add(label)
    return found


def _with_sensors() -> list[int]:
    """Ids of the bins in which a device sits now."""
    return _bins_of(selectors.placed_now())


def _warm(now: dt.datetime) -> list[int]:
    bits = flags.bits_of(ALARMS_OF_FIRE)
    heard = Session.objects.filter(last_at__gt=now - _RECENT).annotate(
        alarms=F("flags").bitand(bits)
    )
    hot = heard.filter(Q(temperature_c__gte=_WARM) | Q(alarms__gt=0))
    devices = set(hot.values_list("device_id", flat=True))
    return _bins_of(selectors.placed_now().filter(device_id__in=devices))


def _bins_of(placements: QuerySet[Placement]) -> list[int]:
    return sorted({one.bin_id for one in placements if one.bin_id is not None})
