# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When is a bin full? Chances, hours and levels, from what its sensor has said until now."""
