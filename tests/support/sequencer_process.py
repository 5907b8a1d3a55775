# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A sequencer process for tests, to be killed: integrates small batches until it dies."""

import sys

import django


def main() -> None:
    django.setup()
    from kodeks.kernel import sequencer

    sequencer.BATCH = int(sys.argv[1])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        sequencer.integrate()


if __name__ == "__main__":
    main()
