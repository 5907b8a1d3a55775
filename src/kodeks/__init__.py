# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kodeks runs a municipality's AI under its codex."""

__version__ = "0.1.0"
