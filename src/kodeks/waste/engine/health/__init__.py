# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether a bin's sensor can be believed: calibration, emptyings and loss; pure, numpy only."""
