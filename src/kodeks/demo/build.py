# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Prepares the demo's database as the owner role: `python -m kodeks.demo.build`.

A process of its own, because a process has one database role for its whole life.
"""

from __future__ import annotations

from kodeks.cli import process
from kodeks.cli.process import step


def main() -> None:
    process.use_django(role="owner")
    from django.core.management import call_command

    from kodeks.demo import municipality

    with step("Opdaterer tabellerne"):
        call_command("migrate", verbosity=0)
    with step("Opretter Eksempelkøbing: nøgler, medarbejdere, emner og systemkort"):
        municipality.make_keys()
        municipality.register_people(password=None)
        municipality.register_topics()
        municipality.register_system()
    with step("Træner og frigiver modellen"):
        municipality.release_model()
    with step("Samler sidens filer"):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


if __name__ == "__main__":
    main()
