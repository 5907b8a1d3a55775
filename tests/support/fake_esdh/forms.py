# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The form that all three demand of what they are sent."""

from __future__ import annotations

import re

from fake_esdh.serving import Wrong

_KLE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
_FACET = re.compile("[A-ZÆØÅ][0-9]{2}")
_CPR = re.compile("[0-9]{10}")


def require(right: bool, what: str) -> None:
    if not right:
        raise Wrong(what)


def kle(number: str, facet: str) -> None:
    require(bool(_KLE.fullmatch(number)), "KLE")
    require(bool(_FACET.fullmatch(facet)), "facet")


def cpr(number: str) -> None:
    require(bool(_CPR.fullmatch(number)), "CPR")


def title(text: str) -> None:
    require(isinstance(text, str) and 0 < len(text.strip()) <= 200, "title")
