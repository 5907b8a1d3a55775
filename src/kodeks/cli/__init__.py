# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The `kodeks` command. Modules import what is heavy inside the commands, so --help is quick."""
