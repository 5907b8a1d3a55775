# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Proposes exemptions from what a document says. Pure: rules as data, and no I/O but their file."""
