# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How many of the 200 deadline cases come out right, and how long one takes.

    python benchmarks/casework/deadlines.py

The cases lie in tests/casework/deadline_cases.csv, worked out by hand; the tests hold them against
an oracle that shares no line with the program.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))

from deadline_rows import Row, computed, rows

TIMES = 20


def weekends_only(case: Row) -> str:
    """As Signalen counts (api/deadlines.py): Monday to Friday, and no holidays."""
    (term,) = case.terms
    day, left = case.received, term.amount
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5
    return day.isoformat()


def main() -> int:
    cases = rows()
    wrong = [(case, computed(case)) for case in cases if computed(case) != case.expected]
    for case, found in wrong:
        print(f"case {case.number}: {found}, not {case.expected} ({case.why})")
    plain = [
        case
        for case in cases
        if [term.unit for term in case.terms] == ["working_days"]
        and not case.pauses
        and not case.slips
    ]
    right = sum(weekends_only(case) == case.expected for case in plain)
    began = time.process_time()
    for _ in range(TIMES):
        for case in cases:
            computed(case)
    each = (time.process_time() - began) / (TIMES * len(cases))
    print(f"{len(cases) - len(wrong)} of {len(cases)} correct, {each * 1e6:.0f} µs of CPU each")
    print(
        f"counting Monday to Friday only: {right} of the {len(plain)} that are one number of "
        "working days without pauses and slips"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
