# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How good the forecasts of litter bins are, beside plain ways, in one run; Markdown.

    python benchmarks/waste/forecast.py WHAT [--data ../shared/data/waste] [--dev]

WHAT is one of

    wyndham    full within one to three days, and hours until full: the last quarter of the time,
               each month's answers made with what was learned before it
    edinburgh  how full a bin is met at an emptying: the rounds since 15 July 2016
    levels     the level of the same bins one, three and five days later, where nobody came before
    speed      CPU seconds to score 10,000 bins and to learn from them

--peer [FOLDER] runs AutoETS and TSB of statsforecast beside it in `levels` (on some of the pairs)
and `speed`, from a venv in the folder, which is made when it is not there.

--dev answers the part before, on which everything was chosen.

--chance says of `wyndham`, all levels, how large the ECE would be were the chances exactly right
(`chance`). In the tables ECE is over 15 bins of equal width.

Brier scores are counted in two ways. *Complete*: moments after which the bin was emptied before
the horizon are left out, as in the waste guide. *Weighted*: they are made up for by those that
were not, by the inverse of the chance of not being emptied (Graf et al. 1999), which is estimated
from these days themselves. The first favours who has learned when the crew comes.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from chance import table
from peer import foretold, python
from readings import STEP, Asked, Daily, asked, edinburgh, moment, wyndham
from sklearn.ensemble import HistGradientBoostingClassifier

from kodeks.statistics.calibration import expected_error
from kodeks.waste.engine.forecast.answers import answer
from kodeks.waste.engine.forecast.calendar import no_days
from kodeks.waste.engine.forecast.forest import LEVELS
from kodeks.waste.engine.forecast.history import Booleans, Floats, History, Integers
from kodeks.waste.engine.forecast.rounds import Rounds, past
from kodeks.waste.engine.forecast.slots import slots
from kodeks.waste.engine.training import hazards, rolling, visits
from kodeks.waste.engine.training.refitting import FULL
from kodeks.waste.engine.trust import UNJUDGED, Judged

DAY, HORIZONS, SEED, PARTS = 86_400, (1, 2, 3), 0, 15
CITY, CITY_DAYS = 10_000, 120
SOME_PAIRS, SOME_SERIES = 200, 50


def _wyndham(folder: Path, *, dev: bool, chance: bool) -> None:
    data = wyndham(folder)
    since, until = (0.45, 0.75) if dev else (0.75, 1.0)
    those = asked(data, since=since, until=until)
    if chance:
        moments = (data.first + those.days) * DAY
        table(those, rolling.forecast(data.history(), those.bins, moments, full=FULL).chances)
        return
    print(f"{len(those.days)} moments, {(those.filled > 0).mean():.3f} full within a week\n")
    print(
        "| | Brier 24 h | 48 h | 72 h | weighted 24 h | 48 h | 72 h | ECE 24 / 48 / 72 h "
        "| weighted ECE ",
        end="",
    )
    print("| hours until full, MAE | CPU s |\n|---|---|---|---|---|---|---|---|---|---|---|")
    moments = (data.first + those.days) * DAY
    found = {}
    for name, trust in (("all levels", UNJUDGED), ("trusted levels", Judged(data.series()))):
        start = time.process_time()
        answers = rolling.forecast(data.history(), those.bins, moments, full=FULL, trust=trust)
        found[name] = answers, time.process_time() - start
    _row("climatology", those, _climatology(data, since), None, 0.0)
    _row("linear, by the bin's mean growth", those, _linear(data, those, since), None, 0.0)
    start = time.process_time()
    boosted = _boosted(data, those, since)
    _row("gradient boosting for each horizon", those, boosted, None, time.process_time() - start)
    for name, (answers, used) in found.items():
        _row(f"**kodeks**, {name}", those, answers.chances, answers.hours[:, 4], used)
    sure = found["trusted levels"][0].age == 0
    for what, part in (("its level is trusted", sure), ("it is not", ~sure)):
        for name, (answers, _) in found.items():
            title = f"kodeks, {name}, the {part.sum()} moments when {what}"
            _row(title, those.part(part), answers.chances[part], answers.hours[part, 4], 0.0)


def _row(name: str, those: Asked, chances: Floats, hours: Floats | None, used: float) -> None:
    plain, weighted, errors, corrected = [], [], [], []
    for days in HORIZONS:
        known, full = those.within(days)
        chance = np.broadcast_to(chances[:, days - 1], len(full))
        square = (chance - full) ** 2
        plain.append(f"{square[known].mean():.4f}")
        weights = _weights(those, days)
        weighted.append(f"{(weights * square).sum() / weights.sum():.4f}")
        errors.append(f"{expected_error(chance[known], full[known]):.3f}")
        place = np.minimum((chance * PARTS).astype(int), PARTS - 1)
        gaps = np.bincount(place, weights=weights * (chance - full), minlength=PARTS)
        corrected.append(f"{np.abs(gaps).sum() / weights.sum():.3f}")
    seen = those.filled > 0
    apart = "-" if hours is None else f"{np.abs(hours - 24 * those.filled)[seen].mean():.1f}"
    cells = " | ".join((*plain, *weighted))
    print(
        f"| {name} | {cells} | {' / '.join(errors)} | {' / '.join(corrected)} "
        f"| {apart} | {used:.1f} |",
        flush=True,
    )


def _weights(those: Asked, days: int) -> Floats:
    """(n,): 0 where it cannot be known, else one over the chance to come so far (Kaplan-Meier)."""
    known, full = those.within(days)
    left = np.ones(9)
    for day in range(1, 8):
        gone = (those.filled == 0) & (those.until == day)
        risk = ((those.filled == 0) & (those.until >= day)) | (those.filled >= day)
        left[day] = left[day - 1] * (1.0 - gone.sum() / max(int(risk.sum()), 1))
    # Full on a day means that nobody came until the day before.
    until = np.where(full, those.filled - 1, days)
    weights: Floats = np.where(known, 1.0 / left[until], 0.0)
    return weights


def _climatology(data: Daily, since: float) -> Floats:
    before = asked(data, since=0.0, until=since)
    shares = []
    for days in HORIZONS:
        known, full = before.within(days)
        shares.append(full[known].mean())
    return np.array([shares])


def _linear(data: Daily, those: Asked, since: float) -> Floats:
    """Full when the level and the bin's mean growth reach it: what most programs do."""
    known = data.levels[:, : int(data.levels.shape[1] * since)]
    grown = np.diff(known, axis=1)
    mean = np.nanmean(np.where(grown >= 0, grown, np.nan), axis=1)
    level = data.levels[those.bins, those.days]
    return np.stack([(level + days * mean[those.bins] >= 8) * 1.0 for days in HORIZONS], axis=1)


def _boosted(data: Daily, those: Asked, since: float) -> Floats:
    """scikit-learn's trees on levels of a week, weekday, growth and days since it fell."""
    before = asked(data, since=0.02, until=since)
    rows, new = _plain_signs(data, before), _plain_signs(data, those)
    found = []
    for days in HORIZONS:
        known, full = before.within(days)
        # What became of the last days is not known yet.
        known &= before.days + days < int(data.levels.shape[1] * since)
        model = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.05, random_state=SEED)
        found.append(model.fit(rows[known], full[known]).predict_proba(new)[:, 1])
    return np.stack(found, axis=1)


def _plain_signs(data: Daily, those: Asked) -> Floats:
    levels = data.levels
    lags = [levels[those.bins, those.days - back] for back in range(8)]
    grown = np.diff(levels, axis=1, prepend=np.nan)
    fell = grown < 0
    grown = np.where(fell, np.nan, grown)
    total, count = np.nancumsum(grown, axis=1), np.cumsum(~np.isnan(grown), axis=1)
    mean = (total / np.maximum(count, 1))[those.bins, those.days]
    last = np.maximum.accumulate(np.where(fell, np.arange(levels.shape[1]), -1), axis=1)
    since = those.days - last[those.bins, those.days]
    weekday = (data.first + those.days + 3) % 7
    return np.stack([*lags, mean, since, weekday, those.days % 365], axis=1).astype(float)


def _levels(folder: Path, *, dev: bool, peer: Path | None) -> None:
    data = wyndham(folder)
    since, until = (0.45, 0.75) if dev else (0.75, 1.0)
    print("| | days | pairs | MAE | CRPS | inner 80 % holds |\n|---|---|---|---|---|---|")
    count = data.levels.shape[1]
    first, last = int(count * since), min(int(count * until), count - 5)
    for ahead in (1, 3, 5):
        pairs = [
            (at, day)
            for at, day in zip(*np.nonzero(~np.isnan(data.levels[:, :last])), strict=True)
            if day >= first and _undisturbed(data.levels[at, day : day + ahead + 1])
        ]
        bins, days = np.array(pairs, dtype=np.int64).T
        met, now = data.levels[bins, days + ahead] * STEP, data.levels[bins, days] * STEP
        moments = (data.first + days) * DAY
        visits = moments + ahead * DAY
        found = rolling.forecast(data.history(), bins, moments, visits=visits, refit=56).levels
        mean = np.nanmean(np.maximum(np.diff(data.levels[:, :first], axis=1), 0), axis=1) * STEP
        told = {
            "as now": np.tile(now[:, None], (1, len(LEVELS))),
            "now and the bin's mean growth": (now + ahead * mean[bins])[:, None] + 0 * LEVELS,
            "**kodeks**": found,
        }
        for name, answers in told.items():
            _level_row(name, ahead, answers, met)
        if peer is not None:
            _beside(peer, data, bins, days, now, met, ahead, told)


def _level_row(name: str, ahead: int, answers: Floats, met: Floats) -> None:
    mae, crps, inside = _scores(answers, met)
    print(f"| {name} | {ahead} | {len(met)} | {mae:.1f} | {crps:.1f} | {inside:.3f} |", flush=True)


def _beside(
    peer: Path,
    data: Daily,
    bins: Integers,
    days: Integers,
    now: Floats,
    met: Floats,
    ahead: int,
    told: dict[str, Floats],
) -> None:
    """The peers, and all of the others, on pairs drawn from these."""
    drawn = np.random.default_rng(SEED).choice(len(met), min(SOME_PAIRS, len(met)), replace=False)
    series = []
    for bin, day in zip(bins[drawn], days[drawn], strict=True):
        grown = np.diff(data.levels[bin, : day + 1]) * STEP
        series.append(np.maximum(grown[~np.isnan(grown)], 0.0))
    for name, answers in told.items():
        _level_row(f"{name}, some pairs", ahead, answers[drawn], met[drawn])
    for one in foretold(peer, series, ahead=ahead):
        level = np.clip(now[drawn] + one.growth.sum(axis=1), 0, 100)
        answers = np.tile(level[:, None], (1, len(LEVELS)))
        _level_row(f"statsforecast {one.name}, some pairs", ahead, answers, met[drawn])


def _undisturbed(levels: Floats) -> bool:
    told = levels[~np.isnan(levels)]
    return not np.isnan(levels[-1]) and bool((np.diff(told) >= 0).all())


def _edinburgh(folder: Path, *, dev: bool) -> None:
    rounds = past(edinburgh(folder))
    begin, end = (
        (moment("2016-07-08"), moment("2016-07-15")) if dev else (moment("2016-07-15"), 2**40)
    )
    before = rounds.end < begin
    new = ~before & (rounds.end < end)
    print(f"{before.sum()} rounds to learn from, {new.sum()} to answer\n")
    print("| | MAE | CRPS | inner 80 % holds | CPU s |\n|---|---|---|---|---|")
    fill = rounds.fill[new]
    long, rate = rounds.signs[:, 10], rounds.signs[:, 2]
    log_fill = np.log(np.maximum(rounds.fill, 3.0))
    for power in (0.3, 1.0):
        middle = (rate if power == 0.3 else _rates(rounds)) + power * long
        shape = np.quantile((log_fill - middle)[before], LEVELS)
        name = f"log rate (EWMA), time to the power {power:.1f}"
        _fills(name, np.exp(middle[new][:, None] + shape), fill, 0.0)
    start = time.process_time()
    model = visits.learn(_some(rounds, before))
    answers = model.quantiles(rounds.signs[new])
    used = time.process_time() - start
    _fills("its lines alone", replace(model, forest=None).quantiles(rounds.signs[new]), fill, 0.0)
    _fills("**kodeks**", answers, fill, used)
    start = time.process_time()
    day = (rounds.end[new] - begin) // DAY
    for one in np.unique(day):
        model = visits.learn(_some(rounds, rounds.end < begin + one * DAY))
        answers[day == one] = model.quantiles(rounds.signs[new][day == one])
    _fills("**kodeks**, learned anew each night", answers, fill, time.process_time() - start)


def _some(rounds: Rounds, those: Booleans) -> Rounds:
    return Rounds(rounds.signs[those], rounds.fill[those], rounds.end[those])


def _rates(rounds: Rounds) -> Floats:
    """Log of the mean rate: »time times rate«."""
    rates: Floats = np.log(np.maximum(rounds.signs[:, 12], 0.1)) - rounds.signs[:, 10]
    return rates


def _scores(answers: Floats, met: Floats) -> tuple[float, float, float]:
    answers = np.clip(answers, 0, 100)
    apart = met[:, None] - answers
    crps = 2 * np.maximum(LEVELS * apart, (LEVELS - 1) * apart).mean()
    inside = (met >= answers[:, 1] - 1e-9) & (met <= answers[:, 17] + 1e-9)
    return float(np.abs(apart[:, 9]).mean()), float(crps), float(inside.mean())


def _fills(name: str, answers: Floats, fill: Floats, used: float) -> None:
    mae, crps, inside = _scores(answers, fill)
    print(f"| {name} | {mae:.2f} | {crps:.2f} | {inside:.3f} | {used:.1f} |", flush=True)


def _speed(peer: Path | None) -> None:
    """A city of bins that fill at random: only the time counts."""
    draw = np.random.default_rng(SEED)
    rate = draw.gamma(3.0, 10.0, CITY)
    level = np.zeros(CITY)
    levels = np.empty((CITY, CITY_DAYS))
    for day in range(CITY_DAYS):
        level = np.where(level >= 80, 0.0, np.minimum(level + draw.gamma(2.0, rate / 2.0), 100))
        levels[:, day] = np.round(level)
    at, day = np.nonzero(levels >= 0)
    history = History.of(
        bins=[f"b{one:05d}" for one in at],
        time=((20_000 + day) * DAY).tolist(),
        level=levels[at, day].tolist(),
    )
    now = (20_000 + CITY_DAYS - 1) * DAY
    start = time.process_time()
    model = hazards.learn(slots(history, anchor=0, until=now, full=80.0), no_days)
    learned = time.process_time() - start
    bins = np.arange(CITY, dtype=np.int64)
    start = time.process_time()
    answer(model, history, bins, np.full(CITY, now), full=80.0, days=no_days)
    scored = time.process_time() - start
    print(f"{CITY:,} bins, {CITY_DAYS} days each\n")
    print("| | CPU s to learn | CPU s to score |\n|---|---|---|")
    print(f"| kodeks: chances of seven days and hours | {learned:.1f} | {scored:.1f} |", flush=True)
    if peer is None:
        return
    grown = np.maximum(np.diff(levels[:SOME_SERIES], axis=1), 0)
    for one in foretold(peer, list(grown), ahead=3):
        what = f"statsforecast {one.name}: the level in three days, no chances"
        print(f"| {what} | in the scoring | {one.used * CITY:.1f} |")


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["wyndham", "levels", "edinburgh", "speed"])
    default = os.environ.get("KODEKS_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default) / "waste")
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--chance", action="store_true")
    venv = Path.home() / ".cache/kodeks-benchmarks/statsforecast"
    parser.add_argument("--peer", type=Path, nargs="?", const=venv)
    options = parser.parse_args()
    peer = None if options.peer is None else python(options.peer)
    if options.what == "speed":
        _speed(peer)
    elif options.what == "levels":
        _levels(options.data, dev=options.dev, peer=peer)
    elif options.what == "wyndham":
        _wyndham(options.data, dev=options.dev, chance=options.chance)
    else:
        _edinburgh(options.data, dev=options.dev)


if __name__ == "__main__":
    main()
