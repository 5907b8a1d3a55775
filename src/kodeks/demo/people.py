# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who works in Eksempelkøbing. All of them are invented, and their names say so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    username: str
    full_name: str
    title: str
    description: str
    role: str
    unit: str = ""
    """The department that the right is for; "" for all."""


PEOPLE = (
    Person(
        username="sofie",
        full_name="Sofie Prøvesen",
        title="Sagsbehandler",
        description="Læser henvendelserne og afgør, hvor de hører til.",
        role="caseworker",
    ),
    Person(
        username="viggo",
        full_name="Viggo Vejprøve",
        title="Sagsbehandler i Vej og Trafik",
        description="Ser kun sager hos sin egen afdeling og svarer på dem.",
        role="caseworker",
        unit="vej-og-trafik",
    ),
    Person(
        username="merete",
        full_name="Merete Demosen",
        title="Leder og systemejer",
        description="Svarer for systemet og kan stoppe og starte det.",
        role="system_owner",
    ),
    Person(
        username="bodil",
        full_name="Bodil Attrapsen",
        title="Souschef og stedfortræder",
        description="Svarer for systemet, når Merete er væk.",
        role="system_owner",
    ),
    Person(
        username="dorte",
        full_name="Dorte Eksempelsen",
        title="Databeskyttelsesrådgiver",
        description="Fører tilsyn og kan stoppe systemet.",
        role="data_protection_officer",
    ),
    Person(
        username="anders",
        full_name="Anders Mønstersen",
        title="It-driftsansvarlig",
        description="Passer serveren og ser, hvad robotten laver.",
        role="administrator",
    ),
    Person(
        username="testine",
        full_name="Testine Testesen",
        title="Borger",
        description="Har skrevet til kommunen og vil se sine sager.",
        role="citizen",
    ),
)
