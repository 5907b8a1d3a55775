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
from dataclasses import dataclass, replace

import numpy as np
import structlog
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kodeks.kernel import api as kernel
from kodeks.waste import days_ahead, home_clock, noticing, outage, seeing, selectors
from kodeks.waste.engine import flags
from kodeks.waste.engine.bin_model import BinModel
from kodeks.waste.engine.forecast.models import Answers
from kodeks.waste.engine.health.episodes import DROPOUT
from kodeks.waste.engine.notices.proposing import Proposal, found_labels, propose
from kodeks.waste.engine.notices.rules import INSPECT, NOTHING
from kodeks.waste.engine.notices.situation import ALARMS_OF_FIRE, Situation
from kodeks.waste.models import Notice, Outlook, Placement, Reading, Round, Session
from kodeks.waste.seeing import Seen

log = structlog.get_logger(__name__)

SUBJECT = "binround"
"""What the kernel calls a look at many bins."""
_WARM, _WARMER = 40.0, 15.0
"""°C at which a bin is looked at at once, and not in the next round; or so many more than within
the hours before."""
_RECENT, _BEFORE = dt.timedelta(minutes=20), dt.timedelta(hours=3)
_WEEK = dt.timedelta(days=7)
_MIDDLE, _LOW, _HIGH = 4, 0, 8
"""Places of the median and of 10 and 90 % among deciles."""


@dataclass(frozen=True)
class _Computed:
    """What the released model says of a lot: answers of all its bins, and for each what is proposed
    and every label that its limits give."""

    answers: Answers | None
    proposals: list[Proposal]
    labels: list[frozenset[str]]
    full_pct: float


def look() -> int:
    """Background work: a round over all bins that have a sensor; how many there were."""
    now = timezone.now()
    bins = _with_sensors()
    if not bins or not kernel.may_run(noticing.SYSTEM, purpose=noticing.PURPOSE):
        return 0
    ahead = days_ahead.around(now)
    broken = outage.found(now)
    made = Round.objects.create(id=uuid.uuid4(), at=now, problem=ahead.problem[:500])
    held = broken is not None and broken.holds_back
    lots = seeing.seen(bins, now=now, ahead=ahead)
    count = sum(_lot(made, lot, now, held=held) for lot in lots)
    made.finished_at = timezone.now()
    made.save(update_fields=["artefact_sha256", "full_pct", "finished_at"])
    log.info("bins_looked_at", bins=count)
    return count


def watch() -> int:
    """Background work: the bins that are warm or sound an alarm, between the rounds; how many."""
    now = timezone.now()
    bins = _warm(now)
    if not bins or not kernel.may_run(noticing.SYSTEM, purpose=noticing.PURPOSE):
        return 0
    ahead = days_ahead.around(now)
    return sum(_lot(None, lot, now) for lot in seeing.seen(bins, now=now, ahead=ahead))


def _lot(made: Round | None, seen: list[Seen], now: dt.datetime, *, held: bool = False) -> int:
    """`held`: nobody is asked about each silent sensor, as most of them are silent at once."""

    def work(permit: kernel.Permit) -> _Computed:
        found = _computed(permit, made, [one.situation for one in seen])
        if made is not None:
            made.artefact_sha256, made.full_pct = permit.computed_by, found.full_pct
            made.save(update_fields=["artefact_sha256", "full_pct"])
            _keep(made, seen, found)
        _end(seen, found, now)
        return found

    found = kernel.under_permit(system=noticing.SYSTEM, purpose=noticing.PURPOSE, work=work)
    _ask(seen, found, now, held=held)
    return len(seen)


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
        chances = model.chances(answers, place)
        proposals.append(propose(model.rules, one, chances))
        labels.append(found_labels(model.rules, replace(one, asked=()), chances))
    return _Computed(answers, proposals, labels, model.rules.full_pct)


def _keep(made: Round, seen: list[Seen], found: _Computed) -> None:
    Outlook.objects.bulk_create(
        _outlook(made, one, found.answers, place) for place, one in enumerate(seen)
    )


def _outlook(made: Round, seen: Seen, answers: Answers | None, place: int) -> Outlook:
    situation = seen.situation
    last, warmed = situation.last, situation.warmed()
    visit = None if situation.visit is None else home_clock.moment(situation.visit)
    outlook = Outlook(
        round=made,
        bin_id=seen.bin_id,
        level_pct=None if last is None else last[1],
        level_at=None if last is None else home_clock.moment(last[0]),
        temperature_c=None if warmed is None else warmed[0],
        heard_at=seen.heard_at,
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


def _end(seen: list[Seen], found: _Computed, now: dt.datetime) -> None:
    """What nobody decided and the limits give no longer is over."""
    labels = dict(zip((one.bin_id for one in seen), found.labels, strict=True))
    standing = Notice.objects.filter(bin_id__in=labels, ended_at=None, decision_id=None)
    over = [one.id for one in standing if one.label not in labels[one.bin_id]]
    # Asked again as it is written: somebody may be deciding one of them now.
    standing.filter(id__in=over).update(ended_at=now)


def _ask(seen: list[Seen], found: _Computed, now: dt.datetime, *, held: bool) -> None:
    """Put those bins before people that the limits give; each by itself, so that the next round
    goes on where this one was cut short."""
    for one, proposal in zip(seen, found.proposals, strict=True):
        silent = any(kind == DROPOUT for kind, *_ in one.situation.faults)
        if held and silent and proposal.label == INSPECT:
            continue
        if proposal.label != NOTHING:
            noticing.ask(
                bin_id=one.bin_id,
                situation=one.situation,
                label=proposal.label,
                opened_at=now,
            )


def _with_sensors() -> list[int]:
    """Ids of the bins in which a device sits now that says how full they are; a list of emptyings
    (Enevo's sheet) does not, and nobody has to look at its sensor for that."""
    tells_emptyings = (
        Session.objects.annotate(emptied=F("flags").bitand(flags.BEFORE_EMPTYING))
        .filter(emptied__gt=0)
        .values("device_id")
    )
    return _bins_of(selectors.placed_now().exclude(device_id__in=tells_emptyings))


def _warm(now: dt.datetime) -> list[int]:
    bits = flags.bits_of(ALARMS_OF_FIRE)
    coldest = (
        Reading.objects.filter(session=OuterRef("pk"), at__gt=now - _RECENT - _BEFORE)
        .order_by()
        .values("session")
        .annotate(least=Min("temperature_c"))
        .values("least")
    )
    heard = Session.objects.filter(last_at__gt=now - _RECENT).annotate(
        alarms=F("flags").bitand(bits), coldest=Subquery(coldest)
    )
    hot = heard.filter(
        Q(temperature_c__gte=_WARM) | Q(temperature_c__gte=F("coldest") + _WARMER) | Q(alarms__gt=0)
    )
    devices = set(hot.values_list("device_id", flat=True))
    return _bins_of(selectors.placed_now().filter(device_id__in=devices))


def _bins_of(placements: QuerySet[Placement]) -> list[int]:
    return sorted({one.bin_id for one in placements if one.bin_id is not None})
