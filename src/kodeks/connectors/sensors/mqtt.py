# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the broker has for us, taken in by batches: `kodeks waste ingest`.

MQTT 3.1.1, as all platforms speak it, with a session that the broker keeps for us (clean session
off). A message is acknowledged when its batch is committed. All is done in one thread: an
acknowledgement that was made for one connection must never go out on the next, where the broker has
given its number to another message.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError, connections
from django.utils import timezone
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from kodeks.robots.errors import BusinessError
from kodeks.waste import allowed, ingesting
from kodeks.waste.engine.payloads.loading import TableError
from kodeks.waste.messages import Message
from kodeks.waste.sources import BROKER, ROBOT

log = structlog.get_logger(__name__)

CREDENTIAL = "mqtt"
"""The name of the robot's password to the broker."""
BATCH = 500
"""Messages that are stored together at most; the broker's window must be wider."""
_LONGEST_SECONDS = 0.5
"""How long the first of a batch waits at most."""
_QUIET_SECONDS = 0.05
_IDLE_SECONDS = 0.5
_KEEPALIVE_SECONDS = 60
_CONNECT_SECONDS = 10.0
_LONGEST_PAUSE = 10.0
_AT_LEAST_ONCE = 1
_NO_CA = "KODEKS_WASTE_MQTT_CA er ikke en PEM-fil, vi kan læse. Ret stien, eller læg filen der."
_NO_ENTRY = frozenset(
    {"Bad user name or password", "Not authorized", "Client identifier not valid"}
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the broker is, under which name it keeps our messages, and which topics we want."""

    host: str
    port: int
    client: str
    topics: tuple[str, ...]
    user: str = ""
    password: Callable[[], str] = field(default=str, repr=False)
    tls: bool = True
    ca: str = ""
    """The file of the authority that its certificate is from; "" are those the machine trusts."""


class Ingester:
    """One connection to a broker; `run` until `stopped` is set."""

    def __init__(self, account: Account, *, stopped: threading.Event) -> None:
        self._account, self._stopped = account, stopped
        self._waiting: list[tuple[int, int, Message]] = []
        self._since = 0.0
        self._refused = ""
        self.taken = 0

    def run(self) -> None:
        """Take in messages. What goes wrong with broker, database or the municipality's own tables
        is tried again for ever. A wrong table is told of before we ask the broker for anything: it
        may be long until the first message.

        Raises BusinessError when the broker does not let us in or shows a certificate that we do
        not trust: a person must see to it.
        """
        pause = 0.5
        while not self._stopped.is_set():
            failure, client = "", None
            try:
                client = self._client()
                allowed.sensors()
                client.connect(self._account.host, self._account.port, _KEEPALIVE_SECONDS)
                before = self.taken
                failure = self._serve(client)
                if self.taken > before:
                    pause = 0.5
            except TableError as error:
                # The broker keeps what waits until somebody has mended the table.
                failure = type(error).__qualname__
                log.error("sensor_table_wrong", problem=str(error))
            except ssl.SSLCertVerificationError as error:
                raise BusinessError("broker_certificate", _untrusted(error)) from error
            except (OSError, DatabaseError) as error:
                failure = type(error).__qualname__
            finally:
                # What was not acknowledged the broker brings again.
                self._waiting.clear()
                if client is not None:
                    client.disconnect()
                connections.close_all()
            if self._refused:
                raise BusinessError("broker_refused", _no_entry(self._refused))
            if failure and not self._stopped.is_set():
                log.warning("sensors_tried_again", error=failure, seconds=pause)
                self._stopped.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _client(self) -> Client:
        account = self._account
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=account.client,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_SECONDS
        if account.user:
            client.username_pw_set(account.user, account.password())
        if account.tls:
            try:
                client.tls_set(ca_certs=account.ca or None)
            except (OSError, ValueError) as error:
                raise BusinessError("broker_ca", _NO_CA) from error
        client.on_connect = self._connected
        client.on_message = self._heard
        return client

    def _serve(self, client: Client) -> str:
        """Until we are to stop ("") or the connection is gone (what it was)."""
        while not self._stopped.is_set() and not self._refused:
            before = len(self._waiting)
            code = client.loop(_QUIET_SECONDS if before else _IDLE_SECONDS)
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return str(code.name)
            quiet = len(self._waiting) == before
            late = time.monotonic() - self._since > _LONGEST_SECONDS
            if self._waiting and (quiet or late or len(self._waiting) >= BATCH):
                self._flush(client)
        if self._waiting:
            self._flush(client)
        return ""

    def _flush(self, client: Client) -> None:
        """Store what waits, and then say so to the broker."""
        batch, self._waiting = self._waiting, []
        ingesting.take(messages=[message for _, _, message in batch])
        self.taken += len(batch)
        for number, quality, _ in batch:
            client.ack(number, quality)

    def _connected(
        self, client: Client, told: Any, flags: ConnectFlags, reason: ReasonCode, more: Any
    ) -> None:
        if reason.is_failure:
            if str(reason) in _NO_ENTRY:
                self._refused = str(reason)
            return
        client.subscribe([(topic, _AT_LEAST_ONCE) for topic in self._account.topics])
        log.info("broker_connected", kept=flags.session_present)

    def _heard(self, client: Client, told: Any, message: MQTTMessage) -> None:
        if not self._waiting:
            self._since = time.monotonic()
        topic = _topic(message)
        taken = Message(
            source=BROKER, content=bytes(message.payload), topic=topic, received=timezone.now()
        )
        self._waiting.append((message.mid, message.qos, taken))


def _topic(message: MQTTMessage) -> str:
    try:
        return str(message.topic)
    except UnicodeDecodeError:
        return "?"


def _untrusted(error: ssl.SSLCertVerificationError) -> str:
    return (
        f"Vi stoler ikke på MQTT-serverens certifikat ({error.verify_message}). "
        "Har I jeres egen CA, så skriv dens fil i KODEKS_WASTE_MQTT_CA. Navnet i certifikatet skal "
        "være det i KODEKS_WASTE_MQTT_HOST."
    )


def _no_entry(said: str) -> str:
    return (
        f"MQTT-serveren lukker os ikke ind ({said}). Se KODEKS_WASTE_MQTT_USER, og læg koden ind: "
        f"kodeks robot credential set {ROBOT} {CREDENTIAL}"
    )
