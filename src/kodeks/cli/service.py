# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks system time-study` and `kodeks system hours`: measure, and count from the ledger."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from kodeks.cli import process
from kodeks.cli.naming import known, user_named

_Slug = Annotated[str, typer.Argument(help="Systemets id, for eksempel inquiries.")]
_DAY = ["%Y-%m-%d"]


def time_study(
    system: _Slug,
    step: Annotated[str, typer.Argument(help="Robottens trin på systemkortet.")],
    file: Annotated[
        Path, typer.Argument(help="Listen med minutter, et tal på hver linje. Gem den selv.")
    ],
    by: Annotated[str, typer.Option(help="Brugernavnet på den, der svarer for systemet.")],
    measured_by: Annotated[str, typer.Option(help="Hvem der har målt.")],
    first: Annotated[datetime, typer.Option(formats=_DAY, help="Målt fra.")],
    last: Annotated[datetime, typer.Option(formats=_DAY, help="Målt til og med.")],
    review: Annotated[str, typer.Option(help="Minutter til at se ét trin efter.")],
    rework: Annotated[str, typer.Option(help="Minutter til at rette én fejl.")],
) -> None:
    """Skriv en tidsmåling. Den gælder for det, der bliver færdigt fra nu af, og kan ikke rettes."""
    text = file.read_text(encoding="utf-8")
    process.use_django()
    from kodeks.kernel import service
    from kodeks.workbench import measurements

    study = measurements.study(
        text,
        measurements.About(
            step=step,
            review=_minutes(review),
            rework=_minutes(rework),
            first_day=first.date(),
            last_day=last.date(),
            measured_by=measured_by,
        ),
    )
    service.write_study(system=known(system), study=study, user=user_named(by))
    typer.echo(
        f"Målingen er skrevet: {study.measured} sager, {_comma(study.mean)} minutter i gennemsnit, "
        f"spredning {_comma(study.deviation)}. Listens aftryk er {study.sha256}."
    )


def hours(
    system: _Slug,
    month: Annotated[str, typer.Option(help="Kun denne måned, for eksempel 2026-11.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Skriv alt som data.")] = False,
    contents: Annotated[
        bool,
        typer.Option(
            "--contents", help="Hold også det forseglede op mod loggen. Det tager længere tid."
        ),
    ] = False,
) -> None:
    """Regn tider og timer ud igen af loggen. Kommandoen fejler, hvis log og database er uenige."""
    process.use_django()
    from kodeks.workbench import service_report
    from kodeks.workbench.models import ServiceReport

    found = service_report.compute(known(system), contents=contents)
    kept = ServiceReport.objects.filter(system=system).first()
    if kept is not None:
        found["alarms"] += service_report.against(kept.closed, found)
    if month:
        found["months"] = {key: one for key, one in found["months"].items() if key == month}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            typer.echo(line)
    if found["alarms"]:
        raise typer.Exit(1)


def _lines(found: dict[str, Any]) -> list[str]:
    from kodeks.workbench import figures

    lines = [f"Regnet af de første {found['size']} linjer i loggen."]
    for month, one in found["months"].items():
        lines.append(f"{month}: {_freed(one['hours'])}")
        for name, text in (("response", "kvittering"), ("triage", "valg"), ("handling", "svar")):
            wait = (one["times"] or {}).get(name)
            if wait:
                lines.append(
                    f"  Til {text}: {wait['count']} sager, halvdelen "
                    f"{figures.duration(wait['median_seconds'])}, ni ud af ti "
                    f"{figures.duration(wait['p90_seconds'])}"
                )
        if one["times"] and one["times"]["promised"]:
            lines.append(f"  Frist holdt: {one['times']['kept']} ud af {one['times']['promised']}")
    if not found["months"]:
        lines.append("Der er intet at tælle endnu.")
    return lines + [f"ALARM: {one['text']}" for one in found["alarms"]]


def _freed(found: dict[str, Any] | None) -> str:
    from kodeks.workbench import figures

    if found is None:
        return "ingen færdige sager"
    spans = {name: figures.hours(found[name]) for name in ("minutes", "low", "high")}
    return (
        f"{spans['minutes']} timer ({spans['low']} til {spans['high']}), "
        f"{found['finished']} færdige sager, {found['rejected']} afvist, "
        f"{found['undone']} med fejl, {found['unmeasured']} uden tidsmåling"
    )


def _minutes(text: str) -> Decimal:
    from kodeks.workbench.measurements import MeasurementProblem

    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise MeasurementProblem(f"{text} er ikke et tal. Skriv minutter som 7,5.") from None


def _comma(minutes: Decimal) -> str:
    return str(minutes).replace(".", ",")
