# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A system that is watched, and many cases at once for what is watched of it.

One case comes as cases do; the others are rows like it, which only the owner can write.
"""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from overseen import issued, plan, view

SIZE = 50
_numbers = itertools.count(1)
_COPY = """
INSERT INTO kernel_recommendation (id, body, pending_id, system_id, key, subject_type, subject_id,
    purpose, permit_id, card_id, codex_id, assignment_id, basis_id, release_id, confidence,
    issued_at)
SELECT gen_random_uuid(), body, 1000000000 + 1000 * %s + n, system_id, gen_random_uuid()::text,
    subject_type, gen_random_uuid()::text, purpose, permit_id, card_id, codex_id, assignment_id,
    basis_id, release_id, confidence, clock_timestamp()
FROM kernel_recommendation, generate_series(1, %s) AS n WHERE id = %s RETURNING id
"""
_VIEW = """
INSERT INTO kernel_firstview (id, body, pending_id, recommendation_id, user_id, agreed, at)
SELECT gen_random_uuid(), v.body, 1000000000 + 1000 * %s + n, r.id, v.user_id, n <= %s,
    clock_timestamp()
FROM kernel_firstview AS v, unnest(%s::uuid[]) WITH ORDINALITY AS r(id, n)
WHERE v.recommendation_id = %s
"""


def table(*limits: tuple[str, str, str], traits: tuple[str, ...] = ()) -> str:
    """A card's [monitoring] with limits (of, limit, effect) and blocks of SIZE cases."""
    text = f"[monitoring]\nreference_cases = {SIZE}\nblock_cases = {SIZE}\n"
    for name in traits:
        text += f'[[monitoring.traits]]\nname = "{name}"\ntitle = "Hvor {name}"\n'
    for of, limit, effect in limits:
        key = "least" if of == "quality" else "most"
        text += f'[[monitoring.limits]]\nof = "{of}"\n{key} = "{limit}"\neffect = "{effect}"\n'
    return text


def watched(stage: Any, *limits: tuple[str, str, str], traits: tuple[str, ...] = ()) -> str:
    """A system in use for long whose card watches it; half of it is blind-first."""
    slug: str = stage.register(fairness=table(*limits, traits=traits))
    stage.call("oversee", plan(stage, slug, influence_limit="0.000000"))
    return slug


def suggested(stage: Any, slug: str, cases: int, *, how: str = "shown", **changes: Any) -> None:
    """So many suggestions that were put before people as `how`."""
    first = stage.call("issue", stage.proposal(slug, **changes))
    with stage.rewriting("recommendation"):
        stage.owner.execute(
            "UPDATE kernel_recommendation SET body = jsonb_set(body, '{presentation,how}',"
            " to_jsonb(%s::text)), pending_id = 1000000000 + 1000 * %s WHERE id = %s",
            (how, next(_numbers), first),
        )
    _copies(stage, first, cases - 1)


def viewed(
    stage: Any, slug: str, *, right: int, wrong: int, by: str | int = "sofie", **changes: Any
) -> None:
    """So many own views before the suggestion was seen; `right` of them, at least one, agree."""
    first = issued(stage, slug, "blind", **changes)
    stage.call("first_view", view(stage, first, user_id=stage.user_id(by)))
    copies = _copies(stage, first, right + wrong - 1)
    with stage.rewriting("firstview"):
        stage.owner.execute(_VIEW, (next(_numbers), right - 1, copies, first))


def _copies(stage: Any, first: uuid.UUID, cases: int) -> list[uuid.UUID]:
    with stage.rewriting("recommendation"):
        rows = stage.owner.execute(_COPY, (next(_numbers), cases, first)).fetchall()
    return [row[0] for row in rows]
