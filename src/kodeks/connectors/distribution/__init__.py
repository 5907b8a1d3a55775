# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""SF2900 Fordelingskomponenten: cases handed between municipal systems, and their receipts."""
