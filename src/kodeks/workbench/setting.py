# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a setting is."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "path", "number", "switch", "list", "choice", "url", "dotted"]


@dataclass(frozen=True)
class Setting:
    """One setting: `default` is text as it would stand in the environment ("" = not given)."""

    name: str
    default: str
    explanation: str
    kind: Kind
    choices: tuple[str, ...] = ()
