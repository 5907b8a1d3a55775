# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Tools for Danish text that the engines share: CPR masking, readability, tokens. Pure."""
