# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot is killed with SIGKILL inside each call that makes something: one of each is there."""

from __future__ import annotations

import os
import signal
from functools import partial

import pytest
from django.db import connection
from esdh_stage import Esdh, assert_one_of_each, each_shape, first, letter
from fake_esdh import faults

MAKES = {
    "nova": ("Case/Import", "UploadFile", "Document/Import"),
    "getorganized": ("_goapi/Cases", "AddToCase", "ByDocumentId"),
    "sbsys": ("template", "api/erindring", "journalarknote/create", "dokument/journaliser"),
}


@pytest.mark.django_db(transaction=True)
@each_shape
@pytest.mark.parametrize("phase", ["before", "after"])
def test_kill_9_inside_a_call_leaves_one_of_each(esdh: Esdh, phase: str) -> None:
    """Before: the system has the call, and does its work when the robot is dead."""
    for call in MAKES[esdh.kind.name]:
        esdh.begin(faults.Plan())
        reading, writing = os.pipe()
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                os.read(reading, 1)
                esdh.once(first())
            finally:
                os._exit(1)
        esdh.server.tell = partial(_kill, child, phase, call)
        os.write(writing, b".")
        _, status = os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)
        esdh.server.tell = None
        assert os.WIFSIGNALED(status), call
        assert os.WTERMSIG(status) == signal.SIGKILL
        one = esdh.at_last(first())
        two = esdh.at_last(letter(one))
        assert_one_of_each(esdh, [one, two], [b"Der er et hul.", b"%PDF-brev"])


def _kill(child: int, phase: str, call: str, told: str, path: str, _: int) -> None:
    if (told, path.endswith(call) or f"/{call}/" in path) == (phase, True):
        os.kill(child, signal.SIGKILL)
