# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for connectors: fetch what has come in."""

from kodeks.connectors.drop import folder
from kodeks.connectors.mail import receiving
from kodeks.robots import background

MAIL_IN = "mail.fetch"
DROP = "inquiries.drop"

background.register(MAIL_IN, receiving.fetch)
background.register(DROP, folder.look)
