# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex as data: its clauses and the system cards that answer to it. Pure."""
