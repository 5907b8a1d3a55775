# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks witness`: be a witness for others' logs, and have witnesses for our own.

Being a witness needs a folder and no database, so it can be done on another machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from kodeks.witness.store import Store

app = typer.Typer(
    help="Vidner: kommuner, der ser efter, at hinandens logge ikke bliver skrevet om.",
    no_args_is_help=True,
)
_Folder = Annotated[
    Path | None, typer.Option("--folder", help="Vidnets mappe. Ellers KODEKS_WITNESS_FOLDER.")
]


class WitnessMissing(Exception):
    """There is no such witness. The text is Danish."""


class CannotListen(Exception):
    """The address or port of `serve` cannot be used. The text is Danish."""


@app.command()
def key(
    name: Annotated[
        str, typer.Option(help="Vidnets navn. Uden navn: kommunens navn og /vidne.")
    ] = "",
    folder: _Folder = None,
) -> None:
    """Vis vores vidnes offentlige nøgle. Den bliver lavet første gang."""
    from kodeks.ledger.note import name_of
    from kodeks.workbench import configuration

    store = _store(folder)
    if name or not store.has_key():
        store.make_key(name or name_of(configuration.text("KODEKS_MUNICIPALITY"), "vidne"))
    typer.echo(store.signer().verifier.text)


@app.command()
def follow(
    log_key: Annotated[
        str, typer.Argument(help="Den anden logs offentlige nøgle, fra dens hjemmeside.")
    ],
    folder: _Folder = None,
) -> None:
    """Lad vores vidne følge en anden kommunes log."""
    followed = _store(folder).follow(log_key)
    typer.echo(f"Vidnet følger nu loggen {followed.name}.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Den adresse, der lyttes på.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Porten. Ellers KODEKS_WITNESS_PORT.")
    ] = None,
    folder: _Folder = None,
) -> None:
    """Kør vores vidne, til du stopper det. Andre kommuners kodeks spørger det over nettet."""
    store = _store(folder)
    signer = store.signer()
    from kodeks.cli import serving
    from kodeks.witness.server import FOLDER
    from kodeks.workbench import configuration

    number = port or configuration.number("KODEKS_WITNESS_PORT")
    if not serving.is_free(host, number):
        raise CannotListen(
            f"Vidnet kan ikke lytte på {host} port {number}. Er porten optaget, så vælg en anden "
            "med --port."
        )
    os.environ[FOLDER] = str(store.folder)
    typer.echo(f"Vidnet {signer.name} svarer på http://{host}:{number}/")
    serving.serve("kodeks.witness.server:application", host=host, port=number, threads=4)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Vidnets adresse, for eksempel https://vidne.by.dk/")],
    witness_key: Annotated[str, typer.Option("--key", help="Vidnets offentlige nøgle.")],
    quorum: Annotated[
        int | None, typer.Option(min=1, help="Hvor mange vidner der mindst skal have set loggen.")
    ] = None,
) -> None:
    """Føj et vidne til vores log. Det skal selv følge loggen: giv det `kodeks ledger key`."""
    process.use_django(role="owner")
    from kodeks.kernel import witnessing
    from kodeks.ledger import cosignature
    from kodeks.ledger.policy import Witness

    new = Witness(cosignature.parse_verifier_key(witness_key), url)
    now, needed = witnessing.registered()
    kept = [one for one in now if one.key != new.key]
    witnessing.register([*kept, new], quorum=quorum or max(needed, 1))
    _say_policy()


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Vidnets navn.")],
    quorum: Annotated[
        int | None, typer.Option(min=1, help="Hvor mange af de andre der mindst skal have set den.")
    ] = None,
) -> None:
    """Fjern et vidne fra vores log. Kvitteringer, det har underskrevet, gælder stadig."""
    process.use_django(role="owner")
    from kodeks.kernel import witnessing

    now, needed = witnessing.registered()
    kept = [one for one in now if one.key.name != name]
    if len(kept) == len(now):
        raise WitnessMissing(
            f"Loggen har intet vidne, der hedder {name}. Se `kodeks witness list`."
        )
    witnessing.register(kept, quorum=quorum or min(needed, len(kept)))
    _say_policy()


@app.command("list")
def list_() -> None:
    """Vis vores logs vidner, og hvad hvert af dem sidst har set."""
    process.use_django()
    from django.utils import timezone

    from kodeks.kernel import storage, witnessing

    head = storage.latest_checkpoint()
    typer.echo(f"Vores log har {head.size if head else 0} poster.")
    for one in witnessing.standings():
        at = "" if one.at is None else f" den {timezone.localtime(one.at):%d.%m.%Y kl. %H:%M:%S}"
        typer.echo(f"{one.name} ({one.url}): har set {one.size} poster{at}")
        if one.conflict is not None:
            typer.echo(
                f"  ADVARSEL: det har set {one.conflict.seen} poster, som vores log ikke bygger "
                "videre på. Er en gammel kopi af databasen lagt ind?"
            )
    _say_policy()


def _say_policy() -> None:
    from kodeks.kernel import witnessing

    now, quorum = witnessing.registered()
    if not now:
        typer.echo("Loggen har ingen vidner. Derfor kan der ikke laves kvitteringer.")
        return
    many = "1 vidne" if len(now) == 1 else f"{len(now)} vidner"
    typer.echo(f"Loggen har {many}. Mindst {quorum} skal have set den.")


def _store(folder: Path | None) -> Store:
    from kodeks.witness.store import Store
    from kodeks.workbench import configuration

    return Store(folder or configuration.path("KODEKS_WITNESS_FOLDER", within_home="witness"))
