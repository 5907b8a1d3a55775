# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages about robots; and what a worker does for pages: count what takes long."""

from kodeks.casework import slipping
from kodeks.robots import background
from kodeks.workbench import service_report

background.register(
    service_report.TASK,
    service_report.renew,
    about=background.About(title="Regn tider og timer ud"),
)
background.register(
    slipping.JOURNALISING,
    slipping.journalise,
    about=background.About(title="Journalisér et brev"),
)
