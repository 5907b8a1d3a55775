# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for bins: rounds, figures by day, the archive, and what is over its time."""

from kodeks.robots import background, schedules
from kodeks.waste import (
    archiving,
    forgetting,
    learning,
    months,
    outage,
    quarantine,
    rollups,
    rounds,
    scoring,
)
from kodeks.waste.sources import ROBOT

ROLLUPS = "waste.rollups"
ARCHIVE = "waste.archive"
FORGET = "waste.forget"
MONTHS = "waste.months"
LOOK = "waste.look"
WATCH = "waste.watch"
LESSONS = "waste.lessons"
WORTH = "waste.worth"
SCORES = "waste.scores"
PAST = "waste.past"
HEARD = "waste.heard"

background.name_robot(ROBOT, "Skraldespande")
for name, function, title in (
    (ROLLUPS, rollups.make_due, "Regn skraldespandenes dage ud"),
    (ARCHIVE, archiving.archive, "Læg målinger i arkivet"),
    (FORGET, quarantine.forget, "Slet gamle beskeder i karantæne"),
    (MONTHS, months.look, "Se efter, om der er plads til målinger"),
    (LOOK, rounds.look, "Se på alle skraldespande"),
    (WATCH, rounds.watch, "Se efter varme skraldespande"),
    (LESSONS, learning.learn_lessons, "Tæl, hvad målerne har gjort"),
    (WORTH, learning.learn_worth, "Regn ud, hvad målerne er værd"),
    (SCORES, scoring.keep_scores, "Regn ud, hvor god prognosen var"),
    (PAST, forgetting.forget, "Slet gamle prognoser"),
    (HEARD, outage.look, "Se efter, om der kommer målinger"),
):
    background.register(
        name, function, about=background.About(title=title, robot=ROBOT, patient=True)
    )
for slug, name, title, cron in (
    ("skraldespandes-dage", ROLLUPS, "Regn skraldespandenes dage ud", "*/10 * * * *"),
    ("maalinger-i-arkiv", ARCHIVE, "Læg målinger i arkivet", "40 2 * * *"),
    ("karantaene", FORGET, "Slet gamle beskeder i karantæne", "20 3 * * *"),
    ("plads-til-maalinger", MONTHS, "Se efter, om der er plads til målinger", "10 5 * * *"),
    ("skraldespande", LOOK, "Se på alle skraldespande", "5 * * * *"),
    ("varme-skraldespande", WATCH, "Se efter varme skraldespande", "*/5 * * * *"),
    ("maalernes-aar", LESSONS, "Tæl, hvad målerne har gjort", "50 3 * * *"),
    ("maalernes-vaerdi", WORTH, "Regn ud, hvad målerne er værd", "20 4 * * 0"),
    # Before the planner comes, of what the list said at that time of each day.
    ("prognosens-tal", SCORES, "Regn ud, hvor god prognosen var", "45 6 * * *"),
    ("gamle-prognoser", PAST, "Slet gamle prognoser", "30 5 * * *"),
    ("kommer-der-maalinger", HEARD, "Se efter, om der kommer målinger", "25 * * * *"),
):
    schedules.register(name=slug, title=title, task=name, cron=cron)
