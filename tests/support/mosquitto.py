# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A real mosquitto with the configuration that goes with us, on a port of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from kodeks.connectors.sensors import broker

PROGRAM = shutil.which("mosquitto", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


class Mosquitto:
    """A broker; `kill` is kill -9, and `start` goes on with what it had written down."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM, "mosquitto is missing: scripts/setup test installs it"
        self.port = free_port()
        self.folder = folder
        # As root it would become another user and could not write here.
        text = broker.text(port=self.port, local=True, folder=str(folder))
        (folder / "mosquitto.conf").write_text(f"user root\n{text}", encoding="utf-8")
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(PROGRAM), "-c", str(self.folder / "mosquitto.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("mosquitto does not answer")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def publish(self, messages: Iterable[tuple[str, bytes]]) -> int:
        """Send them with QoS 1; how many the broker has said yes to."""
        client = Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(500)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        sent = [client.publish(topic, content, qos=1) for topic, content in messages]
        for one in sent:
            one.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()
        return sum(one.is_published() for one in sent)
