# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`python -m kodeks` is the `kodeks` command."""

from kodeks.cli.main import run

if __name__ == "__main__":
    run()
