# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a worker does for pages: count what takes long while somebody waits, and tell of alarms."""

from kodeks.robots import background
from kodeks.workbench import service_report, telling

background.register(service_report.TASK, service_report.renew)
background.register(telling.TASK, telling.tell_and_send)
