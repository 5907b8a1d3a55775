# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room; its registers live here, so no module holds state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from types import ModuleType

    from kodeks.casework.retention import Holder
    from kodeks.casework.slipping import FindOwn
    from kodeks.documents.templates import LetterType


class CaseworkConfig(AppConfig):
    """Cases, documents and the journal."""

    name = "kodeks.casework"
    label = "casework"
    verbose_name = "Sager og journal"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        self.holders: dict[str, Holder] = {}
        self.letter_types: dict[str, LetterType] = {}
        self.slip_letters: dict[str, FindOwn] = {}

    def ready(self) -> None:
        """Import every app's ``retention`` and ``letter_types``: there a solution registers what it
        holds and which letters it writes."""
        autodiscover_modules("retention", "letter_types")
