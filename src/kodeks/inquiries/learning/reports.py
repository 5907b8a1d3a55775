# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Retrainings as people read them: where a run is, what it learned from and how it compares."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.inquiries import selectors
from kodeks.inquiries.engine import canary
from kodeks.inquiries.engine.canary import Figure
from kodeks.inquiries.learning import examples, steps, terms, words
from kodeks.inquiries.models import (
    Retraining,
    RetrainingEnd,
    RetrainingOutcome,
    RetrainingProgress,
    RetrainingStep,
)
from kodeks.inquiries.releases import SYSTEM
from kodeks.kernel import api as kernel

BADGES = {
    RetrainingOutcome.PASSED: "success",
    RetrainingOutcome.REFUSED: "error",
    RetrainingOutcome.ABANDONED: "warning",
}


@dataclass(frozen=True, kw_only=True)
class FigureLine:
    """One measure of both models, in words. `worse` is in percentage points, with its interval."""

    name: str
    count: int
    old: str
    new: str
    worse: str
    interval: str
    bound: str
    verdict: str
    refuses: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A run as a list has it. Texts are Danish; `small` counts groups too small to compare."""

    id: uuid.UUID
    asked_at: dt.datetime
    technician: str
    asked_by: str
    standing: str
    badge: str
    reasons: tuple[str, ...]
    small: int


@dataclass(frozen=True, kw_only=True)
class Told(Listed):
    """A run as its page has it. `steps` are titles with when they were done, None before that."""

    ended: bool
    passed: bool
    steps: tuple[tuple[str, dt.datetime | None], ...]
    provenance: tuple[tuple[str, str], ...]
    figures: tuple[FigureLine, ...]
    earlier: str
    """Which model of earlier it was held against too, or why not; "" before there was one."""
    earlier_figures: tuple[FigureLine, ...]
    small_groups: tuple[tuple[str, str, int], ...]
    """What is too small to compare: attribute, group and its decisions about known topics."""
    gate: tuple[str, ...]
    """What is to be known of the gate for texts out of scope."""
    independent: Mapping[str, str]
    changed: int
    examples: tuple[tuple[str, str, str, str], ...]
    """An inquiry whose suggestion changes: id, suggestion now, new suggestion, what was decided."""
    release: str
    """The version that it was proposed as; "" before that."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one caseworker's decisions were in a model that was trained: how many, and of these the
    ones that were no mere following of a suggestion."""

    run: Listed
    decisions: int
    corrections: int


def newest() -> QuerySet[Retraining]:
    """All runs, the newest first."""
    found = Retraining.objects.select_related("end", "progress", "technician", "asked_by")
    return found.order_by("-asked_at")


def listed(runs: Iterable[Retraining]) -> list[Listed]:
    """Rows of `newest` as a list has them, without what the steps left."""
    rows = list(runs)
    done: dict[uuid.UUID, dict[str, dt.datetime]] = {}
    small: dict[uuid.UUID, int] = {}
    found = RetrainingStep.objects.filter(run__in=rows)
    for run_id, name, at, groups in found.values_list(
        "run_id", "name", "done_at", "result__small_groups"
    ):
        done.setdefault(run_id, {})[name] = at
        small[run_id] = small.get(run_id, 0) + len(groups or ())
    return [_listed(one, done.get(one.id, {}), small.get(one.id, 0)) for one in rows]


def _listed(run: Retraining, done: Mapping[str, dt.datetime], small: int) -> Listed:
    end: RetrainingEnd | None = getattr(run, "end", None)
    return Listed(
        id=run.id,
        asked_at=timezone.localtime(run.asked_at),
        technician=run.technician.full_name,
        asked_by=_asked_by(run),
        standing=_standing(run, end, done),
        badge=_badge(end),
        reasons=tuple(end.reasons) if end else (),
        small=small,
    )


def _asked_by(run: Retraining) -> str:
    return run.asked_by.full_name if run.asked_by else "Tidsplanen"


def _badge(end: RetrainingEnd | None) -> str:
    return "info" if end is None else BADGES[RetrainingOutcome(end.outcome)]


def told(run_id: uuid.UUID) -> Told:
    """One run. Raises Retraining.DoesNotExist."""
    run = newest().get(id=run_id)
    end: RetrainingEnd | None = getattr(run, "end", None)
    steps_done = list(run.steps.all())
    done = {one.name: one.done_at for one in steps_done}
    results = {one.name: one.result for one in steps_done}
    measured = results.get("measure", {})
    independent = measured.get("independent", {})
    small = measured.get("small_groups", [])
    return Told(
        **vars(_listed(run, done, len(small))),
        ended=end is not None,
        passed=end is not None and end.outcome == RetrainingOutcome.PASSED,
        steps=tuple((title, done.get(name)) for name, title in steps.TITLES.items()),
        provenance=tuple(_provenance(run, results)),
        figures=_figures(measured, canary.PRESENT),
        earlier=_earlier(measured),
        earlier_figures=_figures(measured, canary.EARLIER),
        small_groups=tuple(
            (words.ATTRIBUTES.get(attribute, attribute), group, count)
            for attribute, group, count in small
        ),
        gate=tuple(words.of_gate(results["train"]["metrics"])) if "train" in results else (),
        independent={
            name: value if name == "count" else words.percent(value)
            for name, value in independent.items()
        },
        changed=measured.get("changed", 0),
        examples=_examples(measured.get("examples", [])),
        release=_version(end),
    )


def shares(user: kernel.User, *, most: int = 5) -> list[Share]:
    """The person's own decisions in the newest trained models; not told to anybody else."""
    runs = list(newest().filter(steps__name="train")[:most])
    if not runs:
        return []
    # A case that went to another unit is not theirs to see any more, but their choice in it was.
    with kernel.as_service("learning"):
        own = list(examples.decided(until=timezone.now(), by=user))
    found = []
    for run, line in zip(runs, listed(runs), strict=True):
        asked = terms.of_run(run.terms)
        last = run.asked_at - dt.timedelta(days=asked.days)
        hows = Counter(
            one.how
            for one in own
            if one.at and one.at < last and not asked.leaves_out(timezone.localdate(one.at))
        )
        followed = hows["followed"] + hows["same"]
        found.append(Share(run=line, decisions=hows.total(), corrections=hows.total() - followed))
    return found


def lines(run: Told) -> list[str]:
    """The outcome for a terminal."""
    found = [*run.reasons]
    found += [
        f"  {one.name}: {one.old} nu, {one.new} ny. {one.verdict} ({one.interval})"
        for one in run.figures
    ]
    if run.earlier:
        found.append(run.earlier)
    found += [
        f"  {one.name}: {one.old} dengang, {one.new} ny. {one.verdict} ({one.interval})"
        for one in run.earlier_figures
    ]
    found += [
        f"For få til at sammenligne: {attribute} {group} ({count} afgørelser)"
        for attribute, group, count in run.small_groups
    ]
    found += run.gate
    if run.passed:
        found.append(
            f"Underskriv den med `kodeks inquiries release --run {run.id} --version ... --by ... "
            "--key ...`. Bagefter godkender lederen."
        )
    return found


def _standing(run: Retraining, end: RetrainingEnd | None, done: Mapping[str, dt.datetime]) -> str:
    if end is not None:
        version = _version(end)
        return f"Underskrevet som version {version}" if version else end.get_outcome_display()
    number = min(len(done) + 1, len(steps.TITLES))
    name = list(steps.TITLES)[number - 1]
    standing = f"Trin {number} af {len(steps.TITLES)}: {steps.TITLES[name].lower()}"
    progress: RetrainingProgress | None = getattr(run, "progress", None)
    if progress is None:
        return f"{standing} (venter på en arbejder)"
    return f"{standing} ({progress.done} af {progress.total})" if progress.total else standing


def _version(end: RetrainingEnd | None) -> str:
    if end is None or end.outcome != RetrainingOutcome.PASSED:
        return ""
    return kernel.version_of(system=SYSTEM, artefact_sha256=end.artefact_sha256)


def _provenance(run: Retraining, results: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    found = results.get("collect")
    if found is None:
        return []
    learned = results.get("train", found)
    asked = terms.of_run(run.terms)
    pairs = [
        ("Tilladelse", learned["permit"]),
        ("Eksempler, den lærte af", str(found["learned"]["rows"])),
        *((words.HOWS[how], str(count)) for how, count in found["learned"]["hows"].items()),
        ("Datasættets aftryk", learned["sha256"]),
        ("Afgørelser, den blev prøvet på", str(found["kept_back"]["rows"])),
        ("Afgjort i tiden", f"{found['first_at'][:10]} til {found['last_at'][:10]}"),
        ("Prøvet på de sidste", f"{asked.days} dage"),
        ("Emner", str(found["topics"])),
    ]
    if asked.out_from:
        pairs.append(("Udeladt periode", f"{asked.out_from} til {asked.out_to}"))
    pairs += [
        (f"Ikke med: {words.LEFT_OUT[why].lower()}", str(count))
        for why, count in found["left_out"].items()
    ]
    if "train" in results:
        meaning = "Ord og mening" if learned["meaning"] else "Kun ord"
        pairs += [
            ("Lærer af", meaning),
            ("Programmets udgave", learned["code"]),
            ("Modellens aftryk", learned["artefact_sha256"]),
        ]
    return pairs


def _figures(measured: Mapping[str, Any], against: str) -> tuple[FigureLine, ...]:
    found = measured.get("figures", [])
    return tuple(
        _line(one)
        for one in found
        if one.get("against", canary.PRESENT) == against and one["measure"] != canary.SMALL
    )


def _earlier(measured: Mapping[str, Any]) -> str:
    one = measured.get("earlier")
    if not one:
        return ""
    day = date_format(dt.datetime.fromisoformat(one["since"]).date())
    named = f"version {one['version']} (godkendt {day})"
    if "why" in one:
        return f"Den nye model kunne ikke prøves mod {named}. {one['why']}"
    return (
        f"Den nye model er også prøvet mod {named}, så små tab, der lægger sig sammen, bliver set."
    )


def _line(one: Mapping[str, Any]) -> FigureLine:
    figure = Figure(**one)
    measured = figure.verdict != "few"
    return FigureLine(
        name=words.name_of(one),
        count=figure.count,
        old=words.percent(figure.old) if measured else "-",
        new=words.percent(figure.new) if measured else "-",
        worse=words.points(figure.worse) if measured else "-",
        interval=f"{words.points(figure.low)} til {words.points(figure.high)}" if measured else "-",
        bound=words.points(figure.bound),
        verdict=words.VERDICTS[figure.verdict],
        refuses=figure.refuses,
    )


def _examples(found: list[dict[str, str]]) -> tuple[tuple[str, str, str, str], ...]:
    titles = selectors.topic_titles()

    def title(label: str) -> str:
        return titles.get(label, label)

    return tuple(
        (one["id"], title(one["old"]), title(one["new"]), title(one["decided"])) for one in found
    )
