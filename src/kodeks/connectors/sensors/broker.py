# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The configuration of mosquitto that goes with us: what it has said yes to survives its death."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from kodeks.files import write_atomic

FOLDER = "/var/lib/mosquitto"
_TLS = """\
listener {port}
cafile /etc/mosquitto/certs/ca.crt
certfile /etc/mosquitto/certs/server.crt
keyfile /etc/mosquitto/certs/server.key
allow_anonymous false
# Lav filen: mosquitto_passwd -c /etc/mosquitto/kodeks.passwd kodeks
# Flere brugere, uden -c: mosquitto_passwd /etc/mosquitto/kodeks.passwd chirpstack
password_file /etc/mosquitto/kodeks.passwd
# I filen: »user kodeks«, »topic read application/#« og »topic read v3/#« (The Things Network).
# For platformen: »user chirpstack« og »topic write application/#«.
acl_file /etc/mosquitto/kodeks.acl
"""
_LOCAL = """\
# Kun for programmer på samme maskine: uden TLS og login.
listener {port} 127.0.0.1
allow_anonymous true
"""


def text(*, port: int, local: bool = False, folder: str = FOLDER) -> str:
    """The configuration. With `local` it listens on this machine only, without TLS and login."""
    shipped = (files("kodeks.connectors.sensors") / "mosquitto.conf").read_text("utf-8")
    listener = (_LOCAL if local else _TLS).format(port=port)
    return shipped.format(folder=folder.rstrip("/"), listener=listener)


def write(*, out: Path, port: int, local: bool = False, folder: str = FOLDER) -> None:
    """Write it; the file appears whole or not at all. Raises OSError."""
    write_atomic(path=out, content=text(port=port, local=local, folder=folder).encode())
