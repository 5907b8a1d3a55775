# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The municipality's ESDH system over its own protocol: three shapes of them.

What was read to make them, and what is assumed, stands in each module. None has been tried against
a real installation; `docs/guides/it-drift.md` says so too.
"""
