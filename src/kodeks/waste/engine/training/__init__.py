# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What learns the forecasts. It needs the extra `train`; what it learns is served by numpy."""
