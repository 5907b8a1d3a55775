# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks ledger` and `kodeks receipt`. To check one needs no database and no network."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kodeks.cli import process

if TYPE_CHECKING:
    from kodeks.ledger.cosignature import Cosignature
    from kodeks.ledger.policy import Policy

app = typer.Typer(help="Loggen.", no_args_is_help=True)
receipts = typer.Typer(help="Kvitteringer.", no_args_is_help=True)

_KINDS = {
    "recommendation": "forslag",
    "decision": "afgørelse",
    "reversal": "omgørelse",
    "act": "robottens handling",
}
_STEP = 100_000
_Key = Annotated[str, typer.Option(help="Kommunens offentlige nøgle, fra kommunens hjemmeside.")]
_PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", help="Filen med kommunens nøgle og vidner, fra dens hjemmeside."),
]


class KeyMissing(Exception):
    """Nothing says whose log it is. The text is Danish."""


@app.command()
def key() -> None:
    """Vis loggens offentlige nøgle. Den skal stå på kommunens hjemmeside."""
    process.use_django()
    from kodeks.kernel import signing

    typer.echo(signing.verifier_key())


@app.command()
def policy() -> None:
    """Vis loggens nøgle og vidner i den form, som --policy læser (C2SP tlog-policy)."""
    process.use_django()
    from kodeks.kernel import signing, witnessing
    from kodeks.ledger.policy import format_policy

    rules = witnessing.in_force()
    if rules is None:
        typer.echo(f"log {signing.verifier_key()}\nquorum none")
    else:
        typer.echo(format_policy(rules), nl=False)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Mappen. Den bliver lavet eller ført videre.")],
) -> None:
    """Skriv hele loggen som filer, der kan lægges på en hjemmeside (C2SP tlog-tiles)."""
    process.use_django()
    from kodeks.kernel import export as exporting

    done = exporting.write(folder, progress=_Told("Skrevet").of)
    seen = f"{done.witnesses} vidner har set den" if done.witnesses else "ingen vidner har set den"
    typer.echo(f"Mappen {folder} har loggens {done.size} poster; {seen}.")


@app.command("verify")
def verify_log(
    folder: Annotated[Path, typer.Argument(help="Mappen med loggen.")],
    key: _Key = "",
    policy: _PolicyFile = None,
    since: Annotated[
        Path | None, typer.Option(help="Et hoved af loggen, som du har gemt tidligere.")
    ] = None,
) -> None:
    """Kontrollér en hel log fra dens første post. Det kræver hverken database eller net."""
    from kodeks.ledger import audit, note

    rules = _policy_in(policy)
    keys = [note.parse_verifier_key(key)] if key else list(rules.logs if rules else ())
    if len(keys) != 1:
        raise KeyMissing("Angiv loggens nøgle med --key, eller med --policy en fil med én log.")
    found = audit.audit(
        lambda path: _file(folder, path),
        key=keys[0],
        trusted_policy=rules,
        since=None if since is None else since.read_bytes(),
        progress=_Told("Kontrolleret").count,
    )
    typer.echo(f"Loggen {found.head.origin} holder: {found.head.size} poster.")
    _say_seen(found.cosignatures)
    if since is None:
        typer.echo(
            "At der ikke er fjernet eller skrevet om, kan kun ses mod et hoved, du har gemt "
            "tidligere: --since FIL. Gem filen checkpoint til næste gang."
        )
    else:
        typer.echo("Den bygger videre på det hoved, du har gemt.")


@receipts.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Kvitteringen, eller teksten fra brevets kode.")],
    key: _Key = "",
    policy: _PolicyFile = None,
) -> None:
    """Kontrollér en kvittering. Det kræver hverken database eller net."""
    from kodeks.ledger import receipt, slip

    data, rules = file.read_bytes(), _policy_in(policy)
    if slip.is_slip(data):
        _verify_slip(data, key=key or None, rules=rules)
        return
    found = receipt.verify(data, trusted_key=key or None, trusted_policy=rules)
    typer.echo("Kvitteringen er ægte." if found.trusted else "Kvitteringen hænger sammen.")
    typer.echo(f"Den gælder: {_KINDS.get(found.kind, found.kind)} {found.body.get('id', '')}")
    typer.echo(f"Post nr. {found.index} af {found.tree_size} i loggen {found.origin}")
    _say_seen(found.cosignatures)
    if not found.trusted:
        typer.echo(
            "Sammenlign selv nøglen med den, der står på kommunens hjemmeside:\n" + found.key
        )
    if found.cosignatures and rules is None:
        typer.echo("Om vidnerne er dem, kommunen har valgt, kan kun ses med --policy FIL.")


@receipts.command()
def show(file: Annotated[Path, typer.Argument(help="Kvitteringen.")]) -> None:
    """Vis indholdet af en kvittering, når den er kontrolleret."""
    from kodeks.ledger import receipt

    found = receipt.verify(file.read_bytes(), trusted_key=None)
    typer.echo(json.dumps(found.body, ensure_ascii=False, indent=2))


def _verify_slip(data: bytes, *, key: str | None, rules: Policy | None) -> None:
    from kodeks.ledger import slip

    found = slip.verify_slip(data, trusted_key=key, trusted_policy=rules)
    kind = str(found.leaf.get("kind", ""))
    typer.echo("Kvitteringen er ægte.")
    typer.echo(f"Den gælder: {_KINDS.get(kind, kind)} {found.leaf.get('id', '')}")
    typer.echo(f"Skrevet: {found.leaf.get('at', '')}")
    typer.echo(
        f"Post nr. {found.index} af {found.checkpoint.size} i loggen {found.checkpoint.origin}"
    )
    _say_seen(found.cosignatures)
    typer.echo(
        "Koden har ikke plads til indholdet. Kontrollér det med filen kvittering.json, som er "
        "vedhæftet brevet."
    )


def _say_seen(cosignatures: Sequence[Cosignature]) -> None:
    for one in cosignatures:
        try:
            at = f"{dt.datetime.fromtimestamp(one.timestamp, dt.UTC):%d.%m.%Y kl. %H:%M:%S} UTC"
        except (OverflowError, OSError, ValueError):
            # The standard lets a witness's clock stand anywhere up to 2^63.
            at = f"{one.timestamp} sekunder efter 1970"
        typer.echo(f"Set af vidnet {one.key.name} den {at}")


def _policy_in(path: Path | None) -> Policy | None:
    from kodeks.ledger import policy

    return None if path is None else policy.parse_policy(path.read_bytes())


def _file(folder: Path, path: str) -> bytes:
    from kodeks.ledger.errors import VerificationError

    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise VerificationError(f"Filen {path} mangler i mappen {folder}.") from error


class _Told:
    """Tells on the error stream how far long work has come."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = _STEP

    def of(self, done: int, size: int) -> None:
        self._tell(done, f"{self._what}: {done} af {size} poster")

    def count(self, done: int) -> None:
        self._tell(done, f"{self._what}: {done} poster")

    def _tell(self, done: int, text: str) -> None:
        if done >= self._next:
            self._next = done + _STEP
            print(text, file=sys.stderr, flush=True)  # noqa: T201
