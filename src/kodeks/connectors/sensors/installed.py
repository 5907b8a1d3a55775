# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The broker as this installation has been told of it."""

from __future__ import annotations

from django.conf import settings

from kodeks.connectors.sensors.mqtt import CREDENTIAL, Account
from kodeks.robots import credentials
from kodeks.robots.errors import BusinessError
from kodeks.waste.sources import ROBOT


def account() -> Account:
    """Raises BusinessError when no broker is set."""
    if not settings.KODEKS_WASTE_MQTT_HOST:
        raise BusinessError(
            "no_broker", "Der er ingen MQTT-server. Skriv den i KODEKS_WASTE_MQTT_HOST."
        )
    return Account(
        host=settings.KODEKS_WASTE_MQTT_HOST,
        port=settings.KODEKS_WASTE_MQTT_PORT,
        client=settings.KODEKS_WASTE_MQTT_CLIENT,
        topics=tuple(settings.KODEKS_WASTE_MQTT_TOPICS),
        user=settings.KODEKS_WASTE_MQTT_USER,
        password=lambda: credentials.secret(robot=ROBOT, name=CREDENTIAL),
        tls=settings.KODEKS_WASTE_MQTT_TLS,
        ca=settings.KODEKS_WASTE_MQTT_CA,
    )
