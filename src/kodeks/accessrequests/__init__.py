# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Access requests (aktindsigt): find, order, propose exemptions, redact, answer in time."""
