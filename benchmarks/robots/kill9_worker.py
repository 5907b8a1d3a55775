# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A worker as `kodeks worker`, of this version of the robot's code or the next."""

from __future__ import annotations

import argparse

import kill9_flow

from kodeks.cli import process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", type=int, choices=(1, 2), required=True)
    options = parser.parse_args()
    process.use_django(quiet=False)
    from kodeks.kernel import sequencer, witnessing
    from kodeks.robots.worker import run_worker

    if options.version == 2:
        kill9_flow.upgrade()
    run_worker(concurrency=2, background=[sequencer.run, witnessing.run])


if __name__ == "__main__":
    main()
