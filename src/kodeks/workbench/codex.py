# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The public page of the codex: its clauses, what executes them, its editions and the law."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kodeks.codex import clauses
from kodeks.codex.bundle import Codex
from kodeks.kernel import codices
from kodeks.kernel.errors import Refused


@never_cache
@require_safe
def codex(request: HttpRequest) -> HttpResponse:
    try:
        revisions = codices.revisions()
        found = codices.in_force()
    except Refused as refused:
        return render(request, "workbench/codex.html", {"problem": refused.message}, status=503)
    today = timezone.localdate()
    context = {
        "codex": found,
        "sections": _sections(found),
        "revisions": [
            {"revision": one, "in_force": one.codex.sha256 == found.sha256} for one in revisions
        ],
        "coming": [
            one for one in revisions if one.codex.effective_from > today and not one.overtaken
        ],
        "rulings": list(reversed(found.rulings)),
        "duties": found.duties,
    }
    return render(request, "workbench/codex.html", context)


def _sections(found: Codex) -> list[dict[str, Any]]:
    """Goals and principles with their clauses, each with the texts of its controls."""
    kinds = {"G": "Mål", "P": "Princip"}
    return [
        {
            "title": f"{kinds[section[0]]} {section[1]}: {rows[0].heading}",
            "clauses": [
                {
                    "clause": clause,
                    "controls": [c.text for c in clauses.controls_of(found.controls, clause)],
                }
                for clause in rows
            ],
        }
        for section, rows in (
            (section, list(group))
            for section, group in groupby(found.clauses, key=lambda clause: clause.section)
        )
    ]
