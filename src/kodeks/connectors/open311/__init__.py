# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Open311 GeoReport v2, in and out (https://wiki.open311.org/GeoReport_v2/)."""
