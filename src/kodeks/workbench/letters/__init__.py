# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages on which a municipality writes its letters: texts in versions, tried before they are
used, and approved by a second person."""
