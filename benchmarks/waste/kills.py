# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""kill -9 of the ingester and of the broker while messages flow: what is lost, what is doubled.

    python benchmarks/waste/kills.py [--kills 50] [--broker-kills 5] [--rate 200] [--devices 100]

mosquitto runs with the configuration that goes with kodeks, PostgreSQL with fsync on. Of each
message that the broker has said yes to, it is asked whether it is stored, once, when all is over.
An ingester is killed at a random moment after it has begun to take in; a broker while its queue
grows, as the ingester is away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))

from decoding import message
from ingest import prepare


class Publisher(threading.Thread):
    """Publishes with QoS 1 until it is stopped, and remembers what the broker said yes to."""

    def __init__(self, port: int, devices: int, rate: float) -> None:
        super().__init__(daemon=True)
        self.port, self.devices, self.pause = port, devices, 1 / rate
        self.done = threading.Event()
        self.yes: set[tuple[str, int]] = set()
        self.sent = 0

    def run(self) -> None:
        from django.utils import timezone
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        waiting: dict[int, tuple[str, int]] = {}
        client = Client(CallbackAPIVersion.VERSION2, client_id="publisher", clean_session=True)
        client.on_publish = lambda _c, _u, mid, *_: self.yes.add(waiting.pop(mid))
        random_ = random.Random(7)
        connected = False
        while not self.done.is_set():
            if not connected:
                try:
                    waiting.clear()
                    client.connect("127.0.0.1", self.port)
                    connected = True
                except OSError:
                    time.sleep(0.05)
                    continue
            topic, content = message(self.sent, random_)
            event = json.loads(content)
            device, counter = self.sent % self.devices, self.sent // self.devices
            eui = f"24e124713d{device:06x}"
            event["deviceInfo"]["devEui"], event["fCnt"] = eui, counter
            event["time"] = timezone.now().isoformat()
            topic = f"application/1/device/{eui}/event/up"
            told = client.publish(topic, json.dumps(event, separators=(",", ":")), qos=1)
            if told.rc == 0:
                waiting[told.mid] = (eui, counter)
            self.sent += 1
            until = time.monotonic() + self.pause
            while connected:
                # What was not said yes to when the connection broke is not sent again: the count
                # is of what the broker promised.
                connected = client.loop(max(until - time.monotonic(), 0)) == 0
                if time.monotonic() >= until:
                    break
        until = time.monotonic() + 10
        while waiting and connected and time.monotonic() < until:
            connected = client.loop(0.1) == 0
        client.disconnect()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--broker-kills", type=int, default=5)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--devices", type=int, default=100)
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="kodeks-kills-"))
    home.chmod(0o711)
    for name in [name for name in os.environ if name.startswith("KODEKS_DATABASE")]:
        del os.environ[name]
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_LOG_LEVEL": "ERROR",
        "KODEKS_WASTE_MQTT_HOST": "127.0.0.1",
        "KODEKS_WASTE_MQTT_TLS": "0",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    from kodeks.database import cluster

    try:
        cluster.start(home=home)
        prepare()
        run(given, home)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def run(given: Any, home: Path) -> None:  # noqa: C901
    import django

    django.setup()
    from mosquitto import Mosquitto

    from kodeks.waste import bins
    from kodeks.waste.models import Quarantined, Reading, Session

    for at in range(given.devices):
        bins.place(
            device=f"24e124713d{at:06x}",
            bin_code=f"spand-{at}",
            sensor="milesight-em400",
            set_by="m",
        )
    folder = home / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder)
    os.environ["KODEKS_WASTE_MQTT_PORT"] = str(broker.port)
    random_ = random.Random(3)

    def ingester() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "kodeks", "waste", "ingest"])

    def wait_for_more(seconds: float = 600) -> None:
        # Long enough for a busy machine: who is killed before it has begun proves nothing.
        before, until = Reading.objects.count(), time.monotonic() + seconds
        while Reading.objects.count() <= before and time.monotonic() < until:
            time.sleep(0.02)

    def stored() -> set[tuple[str, int]]:
        return set(Reading.objects.values_list("device__name", "number"))

    def settle(seconds: float = 120) -> None:
        # What still comes in is not lost: waited for until nothing has come for so long.
        missing, until = len(publisher.yes - stored()), time.monotonic() + seconds
        while missing and time.monotonic() < until:
            time.sleep(0.5)
            left = len(publisher.yes - stored())
            if left < missing:
                missing, until = left, time.monotonic() + seconds

    running = ingester()
    time.sleep(8)
    publisher = Publisher(broker.port, given.devices, given.rate)
    publisher.start()
    wait_for_more()
    # What came before the broker knew of us was promised to nobody here.
    publisher.yes.clear()
    for turn in range(given.kills):
        if turn and turn % 10 == 0:
            print(f"  {turn} kills, {len(publisher.yes)} promised so far", flush=True)
        wait_for_more()
        time.sleep(random_.random() * 0.5)
        running.kill()
        running.wait()
        running = ingester()
    wait_for_more()
    publisher.done.set()
    publisher.join()
    settle()
    report("ingester", given.kills, publisher, stored(), Reading.objects.count())

    kept = publisher
    losses = []
    for _ in range(given.broker_kills):
        # The broker holds what the ingester has not fetched: the worst moment is while it is away.
        running.kill()
        running.wait()
        publisher = Publisher(broker.port, given.devices, given.rate)
        publisher.sent = kept.sent
        publisher.start()
        time.sleep(2 + random_.random())
        broker.kill()
        time.sleep(0.2)
        publisher.done.set()
        publisher.join()
        broker.start()
        running = ingester()
        settle()
        losses.append(len(publisher.yes - stored()))
        kept = publisher
    if losses:
        print(f"broker killed {len(losses)} times while its queue grew: lost {losses} promised")
    told = Session.objects.values_list("came", "lost")
    aside = Quarantined.objects.count()
    came, lost = (sum(column) for column in zip(*told, strict=True))
    print(f"came {came}, by the counters lost {lost}, put aside {aside}")
    running.terminate()
    running.wait()
    broker.kill()


def report(
    who: str, kills: int, publisher: Publisher, stored: set[tuple[str, int]], rows: int
) -> None:
    print(
        f"{who} killed {kills} times: {len(publisher.yes)} promised by the broker, "
        f"{len(publisher.yes - stored)} lost, {rows - len(stored)} doubled"
    )


if __name__ == "__main__":
    main()
