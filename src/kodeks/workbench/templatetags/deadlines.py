# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A deadline in words: `{% load deadlines %}`."""

from django import template

from kodeks.workbench import deadline_board

register = template.Library()
register.simple_tag(deadline_board.days_left)
register.simple_tag(deadline_board.next_step)
