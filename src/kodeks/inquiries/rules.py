# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rule that makes what an inquiry is about count."""

DUTY = "forvaltningsloven § 7, stk. 2"
"""An inquiry that came to the wrong place is sent on to the right one."""
