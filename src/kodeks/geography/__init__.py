# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Places of a municipality: its own list of them, found in Danish text, as points and districts.

Pure: no web, no database, no network. Coordinates are WGS 84 in degrees; GeoJSON has longitude
first (RFC 7946), everything else here latitude first.
"""
