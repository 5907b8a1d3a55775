# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Eksempelkøbing as `kodeks demo` makes it; its card allows the step of the next version too."""

from __future__ import annotations

from typing import Any

import kill9_flow

from kodeks.cli import demo
from kodeks.codex import card

_NEW = f'\n{kill9_flow.NEW_STEP} = "A look at what the robot left behind"'


def main() -> None:
    load = card.load

    def extended(text: str) -> Any:
        for place, addition in (
            ("steps = [", f'"{kill9_flow.NEW_STEP}", '),
            ("[english.steps]", _NEW),
        ):
            assert text.count(place) == 1
            text = text.replace(place, place + addition)
        return load(text)

    card.load = extended
    demo.demo_prepare()


if __name__ == "__main__":
    main()
