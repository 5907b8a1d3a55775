# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Messages through a real broker: stored before they are acknowledged, whoever is killed."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError
from mosquitto import PROGRAM, Mosquitto
from structlog.testing import capture_logs
from tests.support.waste_stage import placed, uplink

from kodeks.cli import supervisor
from kodeks.connectors.sensors import broker, mqtt
from kodeks.robots.errors import BusinessError
from kodeks.waste import ingesting
from kodeks.waste.models import Quarantined, Reading, Session

needs_mosquitto = pytest.mark.skipif(
    PROGRAM is None and "TESTS_MUST_RUN" not in os.environ, reason="mosquitto is not installed"
)
PATIENCE = 60.0
TOPICS = ("application/+/device/+/event/up",)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path)
    yield made
    made.kill()


def account(mosquitto: Mosquitto, **changed: Any) -> mqtt.Account:
    about: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": mosquitto.port,
        "client": "kodeks-waste",
        "topics": TOPICS,
        "tls": False,
    }
    return mqtt.Account(**(about | changed))


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def sent(devices: list[str], first: int, last: int) -> list[tuple[str, bytes]]:
    hour = dt.timedelta(hours=1)
    made = [
        uplink(device, counter, ago=hour - dt.timedelta(seconds=counter))
        for counter in range(first, last)
        for device in devices
    ]
    return [(one.topic, one.content) for one in made]


@needs_mosquitto
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_when_the_ingester_is_killed(
    mosquitto: Mosquitto, databases: Any, worker_database: str
) -> None:
    devices = placed(10)
    environment = os.environ | {
        "KODEKS_DATABASE_URL": databases.url("application", worker_database),
        "KODEKS_DATABASE_OWNER_URL": databases.url("owner", worker_database),
        "KODEKS_WASTE_MQTT_HOST": "127.0.0.1",
        "KODEKS_WASTE_MQTT_PORT": str(mosquitto.port),
        "KODEKS_WASTE_MQTT_TLS": "0",
    }

    def ingester() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "kodeks", "waste", "ingest"], env=environment
        )

    running = ingester()
    try:
        # The broker keeps messages for whoever has been there.
        wait(lambda: mosquitto.publish(sent(devices, 0, 1)) > 0 and Reading.objects.exists())
        for turn in range(2):
            publishing = threading.Thread(
                target=mosquitto.publish, args=[sent(devices, 1 + turn * 60, 61 + turn * 60)]
            )
            before = Reading.objects.count()
            publishing.start()
            wait(lambda before=before: Reading.objects.count() > before)
            running.kill()
            running.wait()
            publishing.join()
            running = ingester()
        # The one that was killed may have had all: the last has only begun when it takes one too.
        assert mosquitto.publish(sent(devices, 121, 122)) == 10
        wait(lambda: Reading.objects.count() == 10 * 122)
        running.terminate()
        assert running.wait(PATIENCE) == 0
    finally:
        running.kill()
        running.wait()
    assert set(Session.objects.values_list("came", "lost")) == {(122, 0)}
    assert set(Quarantined.objects.values_list("code", flat=True)) <= {"replay"}


@needs_mosquitto
@pytest.mark.django_db(transaction=True)
def test_what_the_database_did_not_take_comes_again(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker has it until it is committed, and goes on when it was killed itself."""
    devices = placed(2)
    take, failures = ingesting.take, [True]

    def fails_once(**given: Any) -> Any:
        if failures:
            failures.clear()
            raise OperationalError
        return take(**given)

    monkeypatch.setattr(ingesting, "take", fails_once)
    stopped = threading.Event()
    ingester = mqtt.Ingester(account(mosquitto), stopped=stopped)
    thread = threading.Thread(target=ingester.run)
    thread.start()
    try:
        # The broker keeps messages for whoever has been there: the first that is heard says so.
        wait(lambda: mosquitto.publish(sent(devices, 0, 1)) > 0 and not failures)
        assert mosquitto.publish(sent(devices, 1, 30)) == 58
        wait(lambda: Reading.objects.count() == 60)
        mosquitto.kill()
        mosquitto.start()
        mosquitto.publish(sent(devices, 30, 40))
        mosquitto.publish([("application/1/device/x/event/up", b"\xff\x00")])
        refused = Quarantined.objects.exclude(code="replay")
        wait(lambda: Reading.objects.count() == 80 and refused.count() == 1)
    finally:
        stopped.set()
        thread.join(PATIENCE)
    assert not failures
    assert not thread.is_alive()


@needs_mosquitto
def test_a_certificate_of_our_own_ca_is_trusted_when_it_is_set_and_told_of_when_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Mosquitto(tmp_path)
    try:
        made.kill()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", "key.pem", "-out", "ca.pem"],
            cwd=tmp_path, check=True, capture_output=True,
        )  # fmt: skip
        file = tmp_path / "mosquitto.conf"
        signs = f"certfile {tmp_path}/ca.pem\nkeyfile {tmp_path}/key.pem\n"
        file.write_text(f"{file.read_text()}\n{signs}")
        made.start()
        for ca, word in (("", "KODEKS_WASTE_MQTT_CA"), (f"{tmp_path}/none.pem", "PEM-fil")):
            ingester = mqtt.Ingester(account(made, tls=True, ca=ca), stopped=threading.Event())
            with pytest.raises(BusinessError) as refused:
                ingester.run()
            assert word in refused.value.message
        stopped, reasons = threading.Event(), list[bool]()

        def connected(
            self: object, client: object, told: object, flags: object, *more: Any
        ) -> None:
            reasons.append(more[0].is_failure)
            stopped.set()

        monkeypatch.setattr(mqtt.Ingester, "_connected", connected)
        mqtt.Ingester(account(made, tls=True, ca=f"{tmp_path}/ca.pem"), stopped=stopped).run()
        assert reasons == [False]
    finally:
        made.kill()


@needs_mosquitto
def test_a_broker_that_does_not_let_us_in_is_told_of(tmp_path: Path) -> None:
    made = Mosquitto(tmp_path)
    try:
        made.kill()
        file = tmp_path / "mosquitto.conf"
        file.write_text(file.read_text().replace("allow_anonymous true", "allow_anonymous false"))
        made.start()
        ingester = mqtt.Ingester(
            account(made, user="x", password=lambda: "y"), stopped=threading.Event()
        )
        with pytest.raises(BusinessError) as refused:
            ingester.run()
        assert "KODEKS_WASTE_MQTT_USER" in refused.value.message
    finally:
        made.kill()


def test_the_broker_that_goes_with_us_writes_down_what_it_says_yes_to(tmp_path: Path) -> None:
    broker.write(out=tmp_path / "kodeks.conf", port=8883)
    lines = (tmp_path / "kodeks.conf").read_text().splitlines()
    assert "autosave_on_changes true" in lines
    assert int(next(one for one in lines if one.startswith("autosave_interval")).split()[1]) <= 50
    assert int(next(one for one in lines if "max_inflight" in one).split()[1]) > mqtt.BATCH
    assert "allow_anonymous false" in lines
    assert not [one for one in lines if "{" in one]


class OneTry(threading.Event):
    """Stops instead of waiting for the next try."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


def test_a_database_that_is_away_when_the_password_is_asked_for_is_tried_again() -> None:
    def away() -> str:
        raise OperationalError

    here = mqtt.Account(
        host="127.0.0.1", port=1, client="x", topics=TOPICS, tls=False, user="x", password=away
    )
    with capture_logs() as told:
        mqtt.Ingester(here, stopped=OneTry()).run()
    (tried,) = [one for one in told if one["event"] == "sensors_tried_again"]
    assert tried["error"] == "OperationalError"


def test_a_wrong_table_of_our_own_is_told_of_before_any_message_comes(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text("format = 1", encoding="utf-8")
    settings.KODEKS_WASTE_SENSORS = tmp_path
    monkeypatch.setattr(apps.get_app_config("waste"), "library", None)
    nowhere = mqtt.Account(host="127.0.0.1", port=1, client="x", topics=TOPICS, tls=False)
    with capture_logs() as told:
        mqtt.Ingester(nowhere, stopped=OneTry()).run()
    (wrong,) = [one for one in told if one["event"] == "sensor_table_wrong"]
    assert wrong["problem"].startswith("Tabellen own.toml i KODEKS_WASTE_SENSORS: ")


def test_the_ingester_runs_where_a_broker_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert supervisor.INGEST not in supervisor.wanted()
    monkeypatch.setenv("KODEKS_WASTE_MQTT_HOST", "127.0.0.1")
    assert supervisor.INGEST in supervisor.wanted()
