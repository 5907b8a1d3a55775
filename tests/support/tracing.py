# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""System calls as strace wrote them: what was on the disk before something was promised."""

from __future__ import annotations

import codecs
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

SYNCS = ("fsync", "fdatasync")


@dataclass
class Call:
    """One system call: the lines of the trace at which it began and ended, and what stands there.

    strace holds a thread at both ends of a call until it has written the line, so what ended on
    an earlier line than another began had ended before it, also in another process.
    """

    process: int
    name: str
    text: str
    began: int
    ended: int
    answer: int

    @property
    def file(self) -> str:
        """The path that strace's -y puts after the first argument."""
        found = re.match(r"\d+<([^>]*)>", self.text)
        return found[1] if found else ""

    @property
    def data(self) -> bytes:
        """The first text among the arguments, when it stands there whole."""
        found = re.search(r'"((?:[^"\\]|\\.)*)"(?!\.)', self.text)
        return codecs.decode(found[1], "unicode_escape").encode("latin-1") if found else b""


def strace(trace: Path, *, calls: Iterable[str], shown: int) -> list[str]:
    """The command to put before another: `calls` go to `trace`, with `shown` bytes of each text.

    Without strace the run fails: a skip would leave the promise unproved.
    """
    found = shutil.which("strace")
    if found is None:
        pytest.fail("strace is missing: `scripts/setup test` installs it")
    return [
        *(found, "-f", "-y", "-s", str(shown), "-o", str(trace), "-e", "signal=none"),
        *("-e", f"trace={','.join(calls)}"),
    ]


def read_trace(text: str) -> list[Call]:
    """The calls of a trace that `strace -f -y` wrote, in the order in which they ended."""
    open_: dict[str, tuple[str, int]] = {}
    calls = []
    for number, line in enumerate(text.splitlines()):
        process, _, rest = line.partition(" ")
        rest, began = rest.strip(), number
        if rest.endswith("<unfinished ...>"):
            open_[process] = rest.removesuffix("<unfinished ...>"), number
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
            start, began = open_.pop(process)
            rest = start + rest[resumed.end() :]
        if whole := re.fullmatch(r"(\w+)\((.*)\)\s+= (-?\d+).*", rest):
            calls.append(Call(int(process), whole[1], whole[2], began, number, int(whole[3])))
    return calls
