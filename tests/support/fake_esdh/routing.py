# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which call does what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fake_esdh.serving import Answer, Request

Routes = Mapping[str, Callable[..., Answer]]
"""By method and pattern of the path, as in "GET api/sag/([0-9]+)"; groups are given on."""


def routed(routes: Routes, request: Request) -> Answer:
    called = f"{request.method} {request.path}"
    for pattern, function in routes.items():
        found = re.fullmatch(pattern, called)
        if found is not None:
            return function(request, *found.groups())
    return Answer(404)
