# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for bins: figures by day, the archive, and what is over its time."""

from kodeks.robots import background, schedules
from kodeks.waste import archiving, months, quarantine, rollups
from kodeks.waste.sources import ROBOT

ROLLUPS = "waste.rollups"
ARCHIVE = "waste.archive"
FORGET = "waste.forget"
MONTHS = "waste.months"

background.name_robot(ROBOT, "Skraldespande")
for name, function, title in (
    (ROLLUPS, rollups.make_due, "Regn skraldespandenes dage ud"),
    (ARCHIVE, archiving.archive, "Læg målinger i arkivet"),
    (FORGET, quarantine.forget, "Slet gamle beskeder i karantæne"),
    (MONTHS, months.look, "Se efter, om der er plads til målinger"),
):
    background.register(
        name, function, about=background.About(title=title, robot=ROBOT, patient=True)
    )
for slug, name, title, cron in (
    ("skraldespandes-dage", ROLLUPS, "Regn skraldespandenes dage ud", "*/10 * * * *"),
    ("maalinger-i-arkiv", ARCHIVE, "Læg målinger i arkivet", "40 2 * * *"),
    ("karantaene", FORGET, "Slet gamle beskeder i karantæne", "20 3 * * *"),
    ("plads-til-maalinger", MONTHS, "Se efter, om der er plads til målinger", "10 5 * * *"),
):
    schedules.register(name=slug, title=title, task=name, cron=cron)
