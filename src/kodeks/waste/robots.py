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

WORK = {
    "rollups": (rollups.make_due, "Regn skraldespandenes dage ud"),
    "archive": (archiving.archive, "Læg målinger i arkivet"),
    "forget": (quarantine.forget, "Slet gamle beskeder i karantæne"),
    "months": (months.look, "Se efter, om der er plads til målinger"),
    "look": (rounds.look, "Se på alle skraldespande"),
    "watch": (rounds.watch, "Se efter varme skraldespande"),
    "lessons": (learning.learn_lessons, "Tæl, hvad målerne har gjort"),
    "worth": (learning.learn_worth, "Regn ud, hvad målerne er værd"),
    "scores": (scoring.keep_scores, "Regn ud, hvor god prognosen var"),
    "past": (forgetting.forget, "Slet gamle prognoser"),
    "heard": (outage.look, "Se efter, om der kommer målinger"),
}
"""What is done, and what it is called, by the name that follows `waste.`."""

background.name_robot(ROBOT, "Skraldespande")
for slug, name, cron in (
    ("skraldespandes-dage", "rollups", "*/10 * * * *"),
    ("maalinger-i-arkiv", "archive", "40 2 * * *"),
    ("karantaene", "forget", "20 3 * * *"),
    ("plads-til-maalinger", "months", "10 5 * * *"),
    ("skraldespande", "look", "5 * * * *"),
    ("varme-skraldespande", "watch", "*/5 * * * *"),
    ("maalernes-aar", "lessons", "50 3 * * *"),
    ("maalernes-vaerdi", "worth", "20 4 * * 0"),
    # Before the planner comes, of what the list said at that time of each day.
    ("prognosens-tal", "scores", "45 6 * * *"),
    ("gamle-prognoser", "past", "30 5 * * *"),
    ("kommer-der-maalinger", "heard", "25 * * * *"),
):
    function, title = WORK[name]
    background.register(
        f"waste.{name}", function, about=background.About(title=title, robot=ROBOT, patient=True)
    )
    schedules.register(name=slug, title=title, task=f"waste.{name}", cron=cron)
