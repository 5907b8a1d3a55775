# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Three ESDH systems that speak real HTTP, keep what they get in a file, and fail on demand.

python -m fake_esdh --shape nova --store /tmp/nova.sqlite --port 8020 --share 0.1 --seed 1
"""
