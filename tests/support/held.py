# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a process may do with a permit that it holds from before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from kodeks.kernel import api as kernel


def read(permit: kernel.Permit) -> kernel.Reading:
    moment = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    return permit.read(
        subject=kernel.Subject(type="inquiry", id=uuid.uuid4().hex),
        source="henvendelse",
        fields=("text",),
        fetch=lambda *_: {"text": kernel.Value(text="Der er rotter.", fetched_at=moment)},
    )


def read_dataset(permit: kernel.Permit) -> object:
    asked = {"source": "henvendelse", "fields": ["history"], "rows": 1, "sha256": "d1" * 32}
    return permit.read_dataset(**asked)


def predict(permit: kernel.Permit) -> object:
    return permit.predict(load=bytes, compute=len)


def suggest(permit: kernel.Permit) -> object:
    """Read and issue, as if the model had computed."""
    about = kernel.Subject(type="inquiry", id=uuid.uuid4().hex)
    moment = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
    value = kernel.Value(text="Der er rotter.", fetched_at=moment)
    reading = permit.read(
        subject=about, source="henvendelse", fields=("text",), fetch=lambda *_: {"text": value}
    )
    return issue(permit, about, reading.datum("text"))


def issue(permit: kernel.Permit, about: kernel.Subject, datum: kernel.Datum) -> object:
    """Suggest something on a value that was read before."""
    return permit.issue(
        subject=about,
        suggestion={"label": "rotter"},
        confidence=0.9,
        alternatives=[],
        used=[datum],
        considerations=[kernel.Consideration(text="ordet rotter", weight=1.0, direction="for")],
        counterfactuals=[],
        key=uuid.uuid4().hex,
    )


USES: dict[str, Callable[[kernel.Permit], object]] = {
    "read": read,
    "read_dataset": read_dataset,
    "predict": predict,
    "suggest": suggest,
}
