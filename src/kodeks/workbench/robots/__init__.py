# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages about robots; and what a worker does for pages: count what takes long, and tell of
alarms."""

from django.conf import settings

from kodeks.casework import handovers, slipping
from kodeks.robots import background, schedules
from kodeks.workbench import inbound, service_report, telling
from kodeks.workbench.robots import casework

background.name_robot(casework.LETTERS, "Breve om nye datoer")
background.name_robot(casework.NOTES, "Notater om sager")
background.name_robot(inbound.ROBOT, "Kvitteringer")
background.register(
    service_report.TASK,
    service_report.renew,
    about=background.About(title="Regn tider og timer ud"),
)
background.register(
    slipping.DELIVERING,
    casework.deliver_letter,
    about=background.About(
        title="Journalisér og send et brev om en ny dato", robot=casework.LETTERS
    ),
)
background.register(
    handovers.JOURNALISING,
    casework.journalise_note,
    about=background.About(
        title="Journalisér et notat om en sag, der er givet videre", robot=casework.NOTES
    ),
)
background.register(
    casework.LOOK,
    casework.look_for_receipts,
    about=background.About(title="Se efter kvitteringer, der mangler", robot=inbound.ROBOT),
)
schedules.register(
    name="kvitteringer-der-mangler",
    title="Se efter kvitteringer, der mangler",
    task=casework.LOOK,
    cron="7 * * * *",
)
background.register(
    telling.TASK, telling.tell_and_send, about=background.About(title="Fortæl om alarmer")
)
if settings.KODEKS_SMTP_HOST:
    schedules.register(
        name="fortael-om-alarmer",
        title="Fortæl om alarmer, og send post",
        task=telling.TASK,
        cron="*/5 * * * *",
    )
