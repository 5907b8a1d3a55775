# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""People in whose name somebody asks: with every role, and with rights that do not reach."""

from __future__ import annotations

import datetime as dt

from kernel_stage import Stage, today

ROLES = ("caseworker", "system_owner", "data_protection_officer", "administrator", "citizen")
_DAY = dt.timedelta(days=1)

MAY: dict[str, frozenset[str]] = {
    "develop": frozenset({"anders"}),
    "first_view": frozenset({"sofie"}),
    "show": frozenset({"sofie"}),
    "decide": frozenset({"sofie"}),
    "decide_other": frozenset({"sofie"}),
    "own": frozenset({"sofie"}),
    "reverse": frozenset({"sofie"}),
    "review": frozenset({"sofie"}),
    "stop": frozenset({"merete", "bodil", "dorte", "anders"}),
    "resume": frozenset({"merete"}),
    "attest": frozenset({"merete"}),
    "oversee": frozenset({"merete"}),
    "close_alarm": frozenset({"merete"}),
    "open_drills": frozenset({"merete"}),
    # Of Sofie's team, whichever matters they have a right to, and dealt exercises of their own.
    "show_exercise": frozenset({"sofie", "other-kle"}),
    "answer_exercise": frozenset({"sofie"}),
    "time_study": frozenset({"merete"}),
    "absence": frozenset({"merete", "bodil"}),
    "supervise": frozenset({"merete", "dorte"}),
    "report_incident": frozenset({"sofie", "merete", "bodil", "dorte", "anders"}),
    "handle_incident": frozenset({"merete", "dorte"}),
    "unmask": frozenset({"sofie", "dorte"}),
    "erase": frozenset({"dorte", "anders"}),
}
"""Way to call an entrance -> who of `people` may, when Merete answers for the system alone."""
CASEWORKERS = frozenset(
    {"untrained", "training-ended", "training-called-back", "other-unit", "other-kle"}
)
"""They hold a caseworker's right today, which is all that some entrances ask for."""
_EVERYWHERE = CASEWORKERS - {"other-unit", "other-kle"}
MAY |= {
    # Training is for using a machine's suggestion; without one the right is enough.
    "own": MAY["own"] | _EVERYWHERE,
    "reverse": MAY["reverse"] | _EVERYWHERE,
    "report_incident": MAY["report_incident"] | CASEWORKERS,
    "unmask": MAY["unmask"] | _EVERYWHERE,
    "answered": frozenset({"sofie"}) | CASEWORKERS - {"other-unit"},
    "attended": frozenset({"sofie"}) | CASEWORKERS - {"other-unit"},
    "retried": frozenset({"sofie", "merete", "bodil", "anders"}) | CASEWORKERS,
    "by_hand": frozenset({"sofie", "merete", "bodil", "anders"}) | CASEWORKERS,
    # Merete wrote the text.
    "approve_text": frozenset({"bodil", "anders"}),
}


def people(stage: Stage) -> dict[str, int]:
    """Name -> account. Registers rights, which ends permits: make payloads afterwards."""
    demo = ("sofie", "merete", "bodil", "dorte", "anders", "testine")
    found = {name: stage.user_id(name) for name in demo}
    for role in ROLES:
        found[f"closed-{role}"] = stage.new_user(role=role, active=False)
        found[f"ended-{role}"] = _granted(stage, role, last=-1)
        found[f"coming-{role}"] = _granted(stage, role, first=1)
    found["untrained"] = stage.new_user(role="caseworker", trained=False)
    found["training-ended"] = stage.new_user(role="caseworker", trained=False)
    stage.train(found["training-ended"], until=today() - _DAY)
    found["training-called-back"] = stage.new_user(role="caseworker")
    stage.train(found["training-called-back"], until=today() - _DAY)
    found["other-unit"] = _granted(stage, "caseworker", unit="vej")
    found["other-kle"] = _granted(stage, "caseworker", kle="05.01")
    found["without-rights"] = stage.new_user()
    found["superuser"] = stage.new_user()
    stage.owner.execute(
        "UPDATE kernel_user SET is_superuser = true, is_staff = true WHERE id = %s",
        (found["superuser"],),
    )
    found["misspelt-role"] = _granted(stage, "System_Owner")
    return found | {"number-zero": 0, "nobody": 10**17}


def _granted(
    stage: Stage, role: str, *, first: int = -9, last: int | None = None, unit: str = "", kle=""
) -> int:
    number = stage.new_user()
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, %s, %s, %s, %s, %s, now())",
        (
            number,
            role,
            unit,
            kle,
            today() + first * _DAY,
            None if last is None else today() + last * _DAY,
        ),
    )
    return number
