# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks inquiries`: train, predict, load and release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kodeks.cli import keys, learning, process
from kodeks.cli.naming import user_named

app = typer.Typer(help="Visitering af borgerhenvendelser.", no_args_is_help=True)
app.add_typer(learning.examples, name="examples")
app.command()(learning.retrain)
app.command()(learning.retrainings)

_LONGEST_VERSION = 60

_Data = Annotated[Path, typer.Option(help="CSV-fil i UTF-8.")]
_Model = Annotated[Path, typer.Option(help="Mappen med modellen.")]


class ModelVersionError(Exception):
    """A release cannot be called that. The text is Danish."""


@app.command()
def train(
    data: _Data,
    out: Annotated[Path, typer.Option(help="Mappen, modellen gemmes i.")],
    by: Annotated[
        str, typer.Option(help="Dit brugernavn. Så trænes der under en tilladelse.")
    ] = "",
    phase: Annotated[str, typer.Option(help="development eller retraining.")] = "development",
    words_only: Annotated[
        bool,
        typer.Option(
            "--words-only",
            help="Lær kun af ordene, ikke af tekstens mening. Hurtigere, men ringere.",
        ),
    ] = False,
) -> None:
    """Træn en model på en CSV-fil med kolonnerne text og label.

    Kolonnerne channel og district bruges kun til at måle, om grupper behandles ens. Kun en model,
    der er trænet med --by, kan frigives, og kun når ingen anden er i drift. Ellers skal den
    gentrænes.
    """
    from kodeks.inquiries import files
    from kodeks.inquiries.learning import words
    from kodeks.language import embeddings

    embedder = None if words_only else embeddings.default()
    if by:
        process.use_django()
        from kodeks.inquiries import releases

        rows = files.read_training(data)
        model = releases.train(
            texts=[row.text for row in rows],
            labels=[row.label for row in rows],
            divided_by=files.groups_of(rows),
            sha256=files.digest(data),
            user=user_named(by),
            folder=out,
            phase=phase,
            embedder=embedder,
        )
    else:
        model = files.train_file(data=data, out=out, embedder=embedder)
    from kodeks.workbench import figures

    typer.echo(f"Modellen er gemt i {out}. Emner: {len(model.labels)}.")
    for text, value in figures.metrics(model.metrics):
        typer.echo(f"  {text}: {value}")
    for table in figures.groups({"measured": model.groups}):
        typer.echo(f"{table.text}:")
        for attribute, group, count, value, interval in table.rows:
            typer.echo(f"  {attribute}: {group}: {value} ({interval}) af {count}")
    for line in words.of_gate(model.metrics):
        typer.echo(line)
    if by and releases.is_one_in_operation():
        typer.echo(
            "Der er en model i drift, så den nye kan ikke frigives uden at være prøvet mod den. "
            "Tag eksemplerne ind med `kodeks inquiries examples add`, og kør så "
            "`kodeks inquiries retrain`."
        )


@app.command()
def predict(
    model: _Model,
    data: _Data,
    out: Annotated[Path, typer.Option(help="CSV-filen, der skrives.")],
    max_error: Annotated[
        float, typer.Option(help="Højeste andel fejl blandt de accepterede forslag.")
    ] = 0.05,
) -> None:
    """Skriv forslag til en CSV-fil med, hvor sikkert hvert er, og hvad der er lovet."""
    from kodeks.inquiries.files import predict_file

    count = predict_file(model=model, data=data, out=out, max_error=max_error)
    typer.echo(f"{count} forslag er skrevet i {out}.")


@app.command()
def load(data: _Data) -> None:
    """Tag henvendelser ind fra en CSV-fil med kolonnen text (og evt. channel, received_at ...)."""
    process.use_django()
    from kodeks.inquiries import intake

    result = intake.load(data, progress=lambda count: typer.echo(f"  {count} taget ind"))
    typer.echo(f"{result.new} nye henvendelser. {result.known} var der i forvejen.")


@app.command()
def drop() -> None:
    """Tag de filer ind, der ligger i mappen KODEKS_DROP_FOLDER.

    Filer, der er taget ind, flyttes til behandlet/. Andre flyttes til afvist/ med grunden.
    """
    process.use_django()
    from kodeks.connectors.drop import folder

    done = folder.take_in(folder.folder())
    typer.echo(f"{done.inquiries} henvendelser af {done.files} filer.")
    typer.echo(f"{done.known} filer var taget ind i forvejen. {done.refused} er afvist.")


@app.command()
def topics(data: _Data) -> None:
    """Indlæs emner fra en CSV-fil.

    Kolonner: label, title, kle_number, facet, unit, unit_name, working_days.
    """
    process.use_django()
    from kodeks.inquiries import intake

    typer.echo(f"{intake.load_topics(data)} emner er indlæst.")


@app.command()
def release(
    version: Annotated[str, typer.Option(help="Modellens nummer, for eksempel 2026-11.")],
    by: Annotated[str, typer.Option(help="Dit brugernavn.")],
    key: Annotated[Path, typer.Option(help="Filen med din nøgle.")],
    model: Annotated[Path | None, typer.Option(help="Mappen med modellen.")] = None,
    run: Annotated[str, typer.Option(help="Nummeret på en gentræning, der er klar.")] = "",
    small_groups: Annotated[
        str, typer.Option(help="Grunden til, at grupper er for små til at måle kortets grænser.")
    ] = "",
) -> None:
    """Lås en trænet model, og skriv under. Lederen godkender med `kodeks release approve`."""
    version = version.strip()
    if not 0 < len(version) <= _LONGEST_VERSION:
        raise ModelVersionError(f"Versionen skal være på 1 til {_LONGEST_VERSION} tegn.")
    if (model is None) == (not run):
        raise ModelVersionError("Giv enten --model eller --run.")
    process.use_django(role="owner")
    from kodeks.inquiries import releases
    from kodeks.inquiries.learning import signing

    about: dict[str, Any] = {
        "version": version,
        "author": user_named(by),
        "signer": keys.signer_in(key),
        "small_groups": small_groups,
    }
    if model is None:
        proposed = signing.propose(run=run, **about)
    else:
        proposed = releases.propose(source=model, **about)
    typer.echo(
        f"Version {version} venter på lederens godkendelse. "
        f"Aftryk: {proposed.artefact.sha256[:16]} ..."
    )


@app.command()
def triage() -> None:
    """Sæt de henvendelser i kø, som endnu ikke har fået et forslag."""
    process.use_django()
    from kodeks.inquiries import selectors, services

    waiting = list(selectors.without_recommendation())
    for inquiry in waiting:
        services.queue_triage(inquiry)
    typer.echo(f"{len(waiting)} henvendelser er sat i kø.")


@app.command()
def uniformity(by: Annotated[str, typer.Option(help="Dit brugernavn.")]) -> None:
    """Se, om ens henvendelser bliver behandlet ens, og gem en rapport.

    Der bliver set på afgjorte henvendelser fra det sidste år, højst 100.000. Rapporten vises på
    siden Ensartethed.
    """
    process.use_django()
    from kodeks.inquiries import uniformity as reports

    report = reports.make(
        user=user_named(by), progress=lambda done: typer.echo(f"  {done} sammenlignet")
    )
    figures, titles = report.figures, reports.titles()
    typer.echo(
        f"{figures['inquiries']} henvendelser. {figures['pairs']} par ligner hinanden. "
        f"{figures['pairs_apart']} par er afgjort forskelligt."
    )
    for kind, title in (("alike", "Afgjort ens"), ("sure", "Sikre forslag")):
        typer.echo(f"{title}:")
        for one in figures[kind]:
            share = one["share"]
            name = titles.get(one["attribute"], one["attribute"])
            group = titles.get(one["group"], one["group"])
            typer.echo(
                f"  {name} {group}: {100 * share['value']:.1f} % "
                f"({100 * share['low']:.1f}-{100 * share['high']:.1f}) af {share['total']}"
            )
    for attribute, gap in figures["gaps"].items():
        typer.echo(
            f"Forskel mellem grupper, {titles.get(attribute, attribute)}: {gap['value']:.1f} point "
            f"({gap['low']:.1f}-{gap['high']:.1f}), {gap['higher']} og {gap['lower']}"
        )
    clothes = figures["clothes"]
    if "why" in clothes:
        typer.echo(f"Modellen i drift kunne ikke prøves. {clothes['why']}")
        return
    typer.echo(f"Samme emne, når teksten er ændret ({clothes['texts']} tekster):")
    for one in clothes["lines"]:
        same = one["same"]
        name = titles[one["way"]] if one["way"] else f"{titles[one['kind']]} i alt"
        typer.echo(
            f"  {name}: {100 * same['value']:.1f} % "
            f"({100 * same['low']:.1f}-{100 * same['high']:.1f}) af {same['total']}"
        )
