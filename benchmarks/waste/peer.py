# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""statsforecast's AutoETS and TSB on daily growth, in a Python of their own.

What they foretell is growth, so the level in some days is today's and the growth until then. They
are given what a user would give them: the bin's days in order, and a week as the season.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kodeks.waste.engine.forecast.history import Floats

WANTED = "statsforecast==2.1.1"
_CODE = """
import json, sys, time, warnings
import numpy as np
from statsforecast.models import AutoETS, TSB
warnings.simplefilter("ignore")
asked = json.load(sys.stdin)
found = {}
for name, model in (("AutoETS", AutoETS(season_length=7)), ("TSB", TSB(0.2, 0.2))):
    model.forecast(y=np.array(asked["series"][0]), h=asked["ahead"])
    start = time.process_time()
    answers = [
        np.asarray(model.forecast(y=np.array(one), h=asked["ahead"])["mean"]).tolist()
        for one in asked["series"]
    ]
    found[name] = {"answers": answers, "used": time.process_time() - start}
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Peer:
    """growth (n, ahead): percent of each day ahead; used: CPU seconds for one series."""

    name: str
    growth: Floats
    used: float


def python(folder: Path) -> Path:
    """A Python with statsforecast in a venv of its own, made in the folder where there is none.

    Raises CalledProcessError when it cannot be installed.
    """
    found = folder / "bin" / "python"
    if not found.exists():
        print(f"installing {WANTED} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", WANTED], check=True)
    return found


def foretold(python: Path | str, series: list[Floats], *, ahead: int) -> list[Peer]:
    """What both say of each series; nothing where that Python cannot import them."""
    asked = {"series": [one.tolist() for one in series], "ahead": ahead}
    done = subprocess.run(
        [python, "-c", _CODE], input=json.dumps(asked), capture_output=True, text=True
    )
    if done.returncode:
        print(f"{python} cannot run statsforecast:\n{done.stderr[-500:]}", file=sys.stderr)
        return []
    return [
        Peer(name, np.array(one["answers"]), one["used"] / len(series))
        for name, one in json.loads(done.stdout).items()
    ]
