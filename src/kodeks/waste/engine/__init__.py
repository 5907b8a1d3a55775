# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What reads, judges and forecasts the levels of bins: pure, numpy only."""
