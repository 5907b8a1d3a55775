# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "kodeks.inquiries"
    label = "inquiries"
    verbose_name = "Borgerhenvendelser"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say when a suggestion and what a person decided agree, and that departments are what a
        promise of error is made for."""
        from kodeks.inquiries import agreeing, selectors
        from kodeks.kernel import api as kernel

        kernel.register_agreement(system="inquiries", same=agreeing.same)
        kernel.register_parts(system="inquiries", parts=selectors.department_names)
