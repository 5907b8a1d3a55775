# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pure engine of KLE: which subjects a text points to, by which of its words. No database."""
