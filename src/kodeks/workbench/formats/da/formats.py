# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How dates and times are written on all pages, where Django's own Danish differs.

Source: Dansk Sprognævn, Retskrivningsordbogen § 5: hours and minutes are parted by a full stop.
"""

TIME_FORMAT = "H.i"
DATETIME_FORMAT = r"j. F Y \k\l. H.i"
SHORT_DATETIME_FORMAT = r"d.m.Y \k\l. H.i"
