# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from django.apps import AppConfig


class AccessRequestsConfig(AppConfig):
    name = "kodeks.accessrequests"
    label = "accessrequests"
    verbose_name = "Aktindsigt"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how its proposals are compared with what people decide."""
        from kodeks.accessrequests import agreeing
        from kodeks.kernel import api as kernel

        kernel.register_agreement(system="accessrequests", same=agreeing.same)
