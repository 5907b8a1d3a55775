# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When somebody should do something about a bin before its planned visit: rules as data. Pure."""
