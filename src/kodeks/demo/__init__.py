# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Eksempelkøbing: a municipality that does not exist, the same on every machine."""
