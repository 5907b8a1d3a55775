# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for connectors: fetch what has come in, and send what waits.

A schedule stands only where the installation has been told of mailbox, mail server or folder; the
one that asks other bodies always, as whom to ask stands in the database.
"""

from django.conf import settings

from kodeks.connectors.drop import folder
from kodeks.connectors.mail import receiving, sending
from kodeks.connectors.open311 import following
from kodeks.robots import background, schedules

MAIL_IN = "mail.fetch"
MAIL_OUT = sending.TASK
DROP = "inquiries.drop"
FOLLOW = "open311.follow"

FOLDER = "mappe"
OTHERS = "hos-andre"

background.name_robot(receiving.ROBOT, "Post")
background.name_robot(FOLDER, "Mappen med filer")
background.name_robot(OTHERS, "Sager hos andre")
background.register(
    MAIL_IN,
    receiving.fetch,
    about=background.About(title="Hent post", robot=receiving.ROBOT),
)
background.register(
    MAIL_OUT,
    sending.send,
    about=background.About(title="Send post", robot=sending.ROBOT),
)
background.register(
    DROP, folder.look, about=background.About(title="Se i mappen med filer", robot=FOLDER)
)
background.register(
    FOLLOW,
    following.follow,
    about=background.About(title="Spørg andre, hvor langt de er med sager", robot=OTHERS),
)
schedules.register(
    name="sager-hos-andre",
    title="Spørg andre, hvor langt de er med sager",
    task=FOLLOW,
    cron="17 * * * *",
)
if settings.KODEKS_IMAP_HOST:
    schedules.register(name="hent-post", title="Hent post", task=MAIL_IN, cron="*/5 * * * *")
if settings.KODEKS_DROP_FOLDER:
    schedules.register(
        name="se-i-mappe", title="Se i mappen med filer", task=DROP, cron="*/5 * * * *"
    )
