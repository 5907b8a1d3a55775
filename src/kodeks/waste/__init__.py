# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Litter bins: what their sensors say, whether that can be trusted, and when a bin is full."""
