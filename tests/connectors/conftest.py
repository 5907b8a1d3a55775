# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A fake ESDH system for tests that ask for `esdh` and name its `shape`."""

from esdh_stage import esdh  # noqa: F401
