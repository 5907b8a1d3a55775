# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pure engine of the triage: texts in, suggestions with reasons out."""
