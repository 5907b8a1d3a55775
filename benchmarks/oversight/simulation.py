# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Does what is measured of human oversight hold on teams of whom the truth is known?

    .venv/bin/python benchmarks/oversight/simulation.py --teams 1000

The estimate of influence and its interval, the tripwire's power and its false alarms over all
nightly looks, and the verdicts of reliance drills. Prints one line per figure, and exits 0 only if
each is within its limit.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from teams import Floats, Handled, Month, Team, handle, moved_by, team, truth

from kodeks.statistics import drills
from kodeks.statistics.influence import Influence, Stratum, influence, pooled
from kodeks.statistics.tripwire import fast_wire, influence_wire

BASES = (0.5, 0.6, 0.7, 0.8, 0.9)
NIGHT = 20
"""Cases a day."""
FAST_LIMIT = 0.2
YEAR = 12
PLANNED = Month(600, 0.5)
say = partial(print, flush=True)

# How the blind arm is drawn. In the last, an owner lowers the share while the model gets better:
# whoever compares all shown with all blind mistakes the better model for influence.
SAMPLES: dict[str, tuple[Month, ...]] = {
    "10 % blind, 2,400 cases": (Month(200, 0.1),) * YEAR,
    "50 % blind, 600 cases": (Month(100, 0.5),) * 6,
    "100 %, then 50 %, then 10 %; model 10 points better": (
        Month(200, 1.0),
        *(Month(200, 0.5),) * 3,
        *(Month(200, 0.1, 0.1),) * 8,
    ),
}


@dataclass(frozen=True)
class Limits:
    """From the issue, as shares."""

    least: float = -math.inf
    most: float = math.inf

    def __str__(self) -> str:
        if math.isinf(self.most):
            return f"at least {100 * self.least:g}"
        if math.isinf(self.least):
            return f"at most {100 * self.most:g}"
        return f"{100 * self.least:g} to {100 * self.most:g}"


HOLD = Limits(0.93, 0.97)


@dataclass
class Report:
    """Prints the mean over teams of each figure, in percent or points, and keeps what was outside.

    `slack` widens each limit by so many standard errors of the simulation, for small runs.
    """

    slack: float
    faults: int = 0

    def tell(self, name: str, values: ArrayLike, limits: Limits | None = None) -> None:
        mean = float(np.mean(values))
        room = self.slack * float(np.std(values)) / math.sqrt(np.size(values))
        wrong = limits and not limits.least - room <= mean <= limits.most + room
        self.faults += bool(wrong)
        bounds = f"   ({limits})" if limits else ""
        say(f"  {name:<66}{100 * mean:7.2f}{bounds}{'   FAULT' if wrong else ''}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--teams", type=int, default=1000)
    parser.add_argument("--alarm-teams", type=int, help="for the false alarms, which take longest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slack", type=float, default=0.0, help="standard errors, for small runs")
    options = parser.parse_args()
    began = time.monotonic()
    report = Report(options.slack)
    alarms = options.alarm_teams or options.teams
    parts = (
        (estimates, options.teams),
        (power, options.teams),
        (false_alarms, alarms),
        (drill_verdicts, options.teams),
    )
    for number, (part, teams) in enumerate(parts):
        part(report, np.random.default_rng([options.seed, number]), teams)
    say(f"In all {time.monotonic() - began:.0f} s. {report.faults} outside their limits.")
    return 1 if report.faults else 0


def estimates(report: Report, rng: np.random.Generator, teams: int) -> None:
    """The error of the estimate and what its interval covers, for each way to draw the arms."""
    for name, months in SAMPLES.items():
        say(f"{name}: {teams} teams, reliance 0 to 0.3")
        truths, found, crude = [], [], []
        reliances = rng.permutation(np.linspace(0, 0.3, teams))
        for place, reliance in enumerate(reliances):
            one = team(rng, base=BASES[place % len(BASES)], reliance=reliance)
            handled = [handle(rng, one, month) for month in months]
            truths.append(truth(one, months))
            found.append(pooled(strata=[each.stratum() for each in handled]))
            crude.append(_unstratified(handled))
        errors = _errors(found, truths)
        report.tell("mean error of the estimate, points", errors, Limits(-0.01, 0.01))
        for low in (0.0, 0.1, 0.2):
            part = errors[(reliances >= low) & (reliances <= low + 0.1)]
            label = f"the same, reliance {low:.1f} to {low + 0.1:.1f}, points"
            report.tell(label, part, Limits(-0.01, 0.01))
        report.tell("size of one team's error, points", np.abs(errors))
        report.tell("95 % intervals that hold the truth, %", _hold(found, truths), HOLD)
        report.tell("mean error without strata, points", _errors(crude, truths))
        report.tell("95 % intervals without strata that hold the truth, %", _hold(crude, truths))


def power(report: Report, rng: np.random.Generator, teams: int) -> None:
    """How often a wire trips while 300 + 300 cases come in."""
    say(f"Tripped at 300 + 300 cases, looked at every night: {teams} teams")
    for base, points in ((0.5, 0.1), (0.6, 0.1), (0.7, 0.1), (0.8, 0.1), (0.85, 0.1)):
        tripped = [
            _trips(rng, moved_by(team(rng, base=base, reliance=0.2), points), (PLANNED,))
            for _ in range(teams)
        ]
        label = f"influence {100 * points:.0f} points, base agreement {base}, %"
        report.tell(label, tripped, Limits(least=0.8) if base == 0.7 else None)
    above = [
        _trips(rng, moved_by(team(rng, base=0.7, reliance=0.2), 0.15), (PLANNED,), limit=0.05)
        for _ in range(teams)
    ]
    report.tell("influence 15 points over a limit of 5, base 0.7, %", above, Limits(least=0.8))
    fast = [_fast_trips(rng, 300, FAST_LIMIT + 0.1) for _ in range(teams)]
    label = "fast adherence 10 points over a limit of 20 %, 300 accepted, %"
    report.tell(label, fast, Limits(least=0.8))


def false_alarms(report: Report, rng: np.random.Generator, teams: int) -> None:
    """How often either wire trips in a year of nightly looks, though the team is at both limits."""
    say(f"False alarms of both wires in a year of nightly looks, at the limits: {teams} teams each")
    everything = []
    for base in (0.5, 0.7, 0.9, 0.95):
        for share in (0.1, 0.5):
            months = tuple(Month(400, share, 0.02 * (place % 3)) for place in range(YEAR))
            alarms = []
            for _ in range(teams):
                one = team(rng, base=base, reliance=0.0)
                alarms.append(_trips(rng, one, months) or _fast_trips(rng, 4_000, FAST_LIMIT))
            everything += alarms
            report.tell(f"base agreement {base}, {100 * share:.0f} % blind, %", alarms)
    report.tell("all of these, %", everything, Limits(most=0.05))
    alarms = [
        _trips(
            rng,
            moved_by(team(rng, base=0.7, reliance=0.2), 0.05),
            (Month(400, 0.5),) * YEAR,
            limit=0.05,
        )
        for _ in range(teams)
    ]
    report.tell("influence of 5 points at a limit of 5, %", alarms, Limits(most=0.05))


def drill_verdicts(report: Report, rng: np.random.Generator, teams: int) -> None:
    """How often a team passes by its own catch rate; its people, who take turns, differ."""
    plan = drills.plan(poor=0.5, good=0.8)
    say(f"{plan.drills} drills, at least {plan.least} caught: {teams} teams")
    report.tell("passes with a catch rate of 0.5, exact, %", [plan.poor_passes], Limits(most=0.05))
    report.tell("passes with a catch rate of 0.8, exact, %", [plan.good_passes], Limits(least=0.8))
    for rate in (0.5, 0.65, 0.8):
        found = []
        for _ in range(teams):
            people = rng.uniform(-0.15, 0.15, 6)
            chances = np.resize(rate + people - people.mean(), plan.drills)
            caught = int((rng.random(plan.drills) < chances).sum())
            found.append(drills.verdict(caught=caught, drills=plan.drills, plan=plan))
        passed = [one.outcome is drills.Outcome.PASSED for one in found]
        report.tell(f"passed with a catch rate of {rate}, %", passed)
        held = [one.low <= rate <= one.high for one in found]
        report.tell(f"exact 95 % intervals that hold {rate}, %", held, Limits(least=0.93))


def _trips(
    rng: np.random.Generator, one: Team, months: tuple[Month, ...], limit: float = 0.0
) -> bool:
    return any(
        influence_wire(strata=strata, limit=limit).is_tripped
        for strata in _nights(rng, one, months)
        if any(stratum.weight for stratum in strata)
    )


def _nights(
    rng: np.random.Generator, one: Team, months: tuple[Month, ...]
) -> Iterator[list[Stratum]]:
    """What is known each night: the months that are over, and this one so far."""
    over: list[Stratum] = []
    for month in months:
        handled = handle(rng, one, month)
        for until in range(NIGHT, month.cases + 1, NIGHT):
            yield [*over, handled.stratum(until)]
        over.append(handled.stratum())


def _fast_trips(rng: np.random.Generator, accepted: int, share: float) -> bool:
    fast = np.cumsum(rng.random(accepted) < share)
    return any(
        fast_wire(fast=int(fast[until - 1]), accepted=until, limit=FAST_LIMIT).is_tripped
        for until in range(NIGHT, accepted + 1, NIGHT)
    )


def _unstratified(handled: list[Handled]) -> Influence:
    both = Handled(
        blind=np.concatenate([one.blind for one in handled]),
        agreed=np.concatenate([one.agreed for one in handled]),
    ).stratum()
    return influence(shown=both.shown, blind=both.blind)


def _hold(found: list[Influence], truths: list[float]) -> list[bool]:
    return [one.low <= true <= one.high for one, true in zip(found, truths, strict=True)]


def _errors(found: list[Influence], truths: list[float]) -> Floats:
    return np.array([one.estimate for one in found]) - truths


if __name__ == "__main__":
    sys.exit(main())
