# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
class RuleBookError(Exception):
    """The rules cannot be used; the text is a Danish sentence that says what to do."""
