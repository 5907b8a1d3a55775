# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Live evidence that lies in the program itself: the codex's controls and the pages for all."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.db import connection
from django.urls import NoReverseMatch, reverse

from kodeks.workbench.proving import Now, Proof


def control(at: Now, name: str) -> Iterator[Proof]:
    """A control of the codex in force, whose code is there."""
    url = reverse("workbench:codex")
    if at.codex is None:
        yield Proof(text="Der er intet kodeks i kraft.", holds=False, url=url)
        return
    for one in at.codex.controls:
        if one.id == name:
            yield Proof(text=one.text, holds=_is_there(one.where), url=url, record=one.where)
            return
    yield Proof(text=f"Kodekset har ikke kontrollen {name}.", holds=False, url=url)


def _is_there(where: str) -> bool:
    """Whether a page, a function of the database or a Python name exists."""
    if where.startswith("kernel."):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_proc WHERE proname = %s"
                " AND pronamespace = 'kernel'::regnamespace)",
                [where.removeprefix("kernel.")],
            )
            return bool(cursor.fetchone()[0])
    if ":" in where:
        return has_page(where)
    module, _, name = where.rpartition(".")
    try:
        return hasattr(import_module(module), name) or bool(import_module(where))
    except ImportError:
        return False


def has_page(name: str) -> bool:
    """Whether the site has a page of that name, whatever its address takes."""
    for arguments in ([], ["x"], ["x", "y"]):
        try:
            return bool(reverse(name, args=arguments))
        except NoReverseMatch:
            continue
    return False


def page(at: Now, name: str) -> Iterator[Proof]:
    """A page for everybody."""
    url = reverse(f"workbench:{name}")
    yield Proof(text=f"Siden {url} er åben for alle.", holds=True, url=url)
