# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""PostgreSQL for one installation; the public door is `kodeks.database.cluster`."""
