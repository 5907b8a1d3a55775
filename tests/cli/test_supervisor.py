# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is run: a port that is free but never another than was chosen, and the workers asked for."""

from __future__ import annotations

import os
import socket

import pytest

from kodeks.cli import supervisor


def test_a_second_demo_takes_the_next_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KODEKS_PORT", "")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        usual = taken.getsockname()[1]
        monkeypatch.setattr(supervisor.configuration, "number", lambda name: _port(usual))
        supervisor.choose_port()
    assert int(os.environ["KODEKS_PORT"]) > usual


def _port(usual: int) -> int:
    return int(os.environ.get("KODEKS_PORT") or usual)


def test_a_port_that_was_chosen_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("KODEKS_PORT", str(taken.getsockname()[1]))
        with pytest.raises(supervisor.PortInUse, match="er optaget"):
            supervisor.choose_port()


def test_as_many_workers_run_as_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert supervisor.wanted().count(supervisor.WORKER) == 1
    monkeypatch.setenv("KODEKS_WORKERS", "3")
    assert supervisor.wanted().count(supervisor.WORKER) == 3
    monkeypatch.setenv("KODEKS_WORKERS", "0")
    with pytest.raises(supervisor.configuration.ConfigurationError, match="mindst være 1"):
        supervisor.wanted()
