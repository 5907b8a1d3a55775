# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Fills the template database: migrations and the demo municipality, as the owner role."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    from kodeks.demo import access, bins, municipality
    from kodeks.waste import months

    months.make()
    municipality.build(people_password=None)
    access.register()
    bins.register(readings=False)
    import nearby

    nearby.register()
    _be_in_use_for_long()


def _be_in_use_for_long() -> None:
    """Most tests are of a system whose first weeks are over; see kernel_stage.past_first_weeks."""
    from django.db import connection
    from kernel_stage import past_first_weeks

    from kodeks.kernel.models import User

    connection.ensure_connection()
    merete = User.objects.get(username="merete")
    for system in ("inquiries", "accessrequests", "waste"):
        past_first_weeks(connection.connection, system, user=merete.pk)


if __name__ == "__main__":
    main()
