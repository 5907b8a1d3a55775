# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for connectors: fetch what has come in, and send what waits."""

from kodeks.connectors.drop import folder
from kodeks.connectors.mail import receiving, sending
from kodeks.robots import background

MAIL_IN = "mail.fetch"
MAIL_OUT = "mail.send"
DROP = "inquiries.drop"

background.register(MAIL_IN, receiving.fetch)
background.register(MAIL_OUT, sending.send)
background.register(DROP, folder.look)
