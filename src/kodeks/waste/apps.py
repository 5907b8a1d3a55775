# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The Django app of this room; what a process remembers lives here, so no module holds state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from types import ModuleType

    from kodeks.waste.allowed import Known
    from kodeks.waste.engine.payloads.library import Library


class WasteConfig(AppConfig):
    """Litter bins."""

    name = "kodeks.waste"
    label = "waste"
    verbose_name = "Skraldespande"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        self.library: tuple[tuple[object, ...], Library] | None = None
        """The sensors' tables, and which files they were read from."""
        self.known: Known | None = None
        """Who may send, as it was when it was last read (see `allowed`)."""

    def ready(self) -> None:
        """Say how what is proposed of bins is compared with what people decide."""
        from kodeks.kernel import api as kernel
        from kodeks.waste import deciding

        kernel.register_agreement(system="waste", same=deciding.same)
