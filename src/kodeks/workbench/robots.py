# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for pages: what takes too long, or asks others, while somebody waits."""

from kodeks.casework import slipping
from kodeks.robots import background
from kodeks.workbench import service_report

background.register(service_report.TASK, service_report.renew)
background.register(slipping.JOURNALISING, slipping.journalise)
