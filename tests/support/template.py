# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fills the template database: migrations and the demo municipality, as the owner role."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    from kodeks.demo import municipality

    municipality.build(people_password=None)
    import nearby

    nearby.register()


if __name__ == "__main__":
    main()
