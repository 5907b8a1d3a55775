# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
class AccessRequestError(Exception):
    """The request cannot be met; the text is a Danish sentence that says what to do."""
