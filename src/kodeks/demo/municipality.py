# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Sets Eksempelkøbing up in an empty installation; needs the owner role. Safe to repeat."""

from __future__ import annotations

import datetime as dt
import hashlib
import statistics
import tempfile
import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kodeks.casework import kle, letter_versions, letters, reply_blocks, rules
from kodeks.casework import selectors as casework_selectors
from kodeks.casework import services as casework
from kodeks.codex import bundle, card, dsse, keys
from kodeks.codex.days import months_after
from kodeks.codex.keys import Signer
from kodeks.demo import corpus
from kodeks.demo.people import PEOPLE
from kodeks.geography import loading
from kodeks.inquiries import releases, services
from kodeks.inquiries.models import Channel
from kodeks.kernel import (
    codices,
    keyfiles,
    keyring,
    oversight,
    promises,
    registration,
    sealing,
    selectors,
    service,
    signing,
    stewardship,
)
from kodeks.kernel import releases as kernel_releases
from kodeks.kernel.models import Assignment, CodexRevision, User
from kodeks.web import maps

SYSTEM = services.SYSTEM
FACET = "G01"
VERSION = "demo-1"
SIGNERS = frozenset({"merete", "dorte", "anders"})
ARCHIVIST = "Arkiva Arkivsen, kommunearkivar (opdigtet)"
TRIED_NUMBER = "05.01.12"
MINUTES = {
    "acknowledge": (3, 2, 3, 4, 3, 2, 3, 3, 5, 2, 3, 3, 2, 4, 3, 3, 2, 3, 4, 3),
    "journalise": (6, 7, 5, 8, 6, 7, 9, 5, 6, 7, 8, 6, 5, 7, 6, 10, 6, 7, 5, 8),
    "receipt": (4, 5, 4, 3, 6, 5, 4, 4, 7, 5, 4, 3, 5, 4, 6, 4, 5, 4, 5, 3),
    "send": (2, 1, 2, 2, 3, 2, 1, 2, 2, 3, 2, 2, 1, 2, 4, 2, 2, 3, 2, 2),
    "forward": (2, 3, 2, 2, 4, 3, 2, 2, 3, 2, 5, 2, 3, 2, 2, 3, 2, 4, 2, 3),
}
"""Invented: how long each step of twenty cases took a person, before there was a robot."""
TRIED = kle.Rule(0, "Prøve: i prøvemiljøet slettes sager om vejbelysning uden at vente")
_ALLOWED_ERROR = Decimal("0.30")
"""The demo's model has learned from so few texts that it could promise nothing with less."""


def build(*, people_password: str | None) -> None:
    """Everything at once; `people_password` None means that nobody can sign in with one."""
    make_keys()
    register_people(password=people_password)
    register_codex()
    register_topics()
    register_places()
    register_replies()
    register_system()
    release_model()


def make_keys() -> None:
    """The kernel's keys, in the home folder."""
    folder = keyring.folder()
    keyring.make_keys(folder)
    signing.make_key(folder, municipality=settings.KODEKS_MUNICIPALITY)


def register_people(*, password: str | None) -> None:
    """The people, their rights, the staff's training and the keys that some of them sign with."""
    for person in PEOPLE:
        if User.objects.filter(username=person.username).exists():
            continue
        citizen = person.role == "citizen"
        user = registration.add_user(
            username=person.username,
            full_name=person.full_name,
            title=person.title,
            password=password,
            person_index=sealing.blind_index(corpus.TESTINE_CPR) if citizen else None,
        )
        registration.grant(user=user, role=person.role, unit=person.unit)
        if person.role == "caseworker":
            registration.register_training(user=user, valid_until=_in(months=12))
        if person.username in SIGNERS:
            registration.register_signing_key(user=user, key=signer(person.username).public)


def signer(username: str) -> Signer:
    """The person's signing key. Unlocked and in the home folder: this is a demo, and says so."""
    path = keyring.folder() / f"demo-signer-{username}.pem"
    keyfiles.make_once(path, content=keys.generate(None))
    return keys.load_private(path.read_bytes(), None)


def register_codex() -> None:
    """The edition that comes with the program, signed by the manager and the officer."""
    if CodexRevision.objects.exists():
        return
    codex = bundle.shipped()
    envelope = dsse.sign(
        codex.signed_bytes,
        payload_type=bundle.PAYLOAD_TYPE,
        signers=[signer("merete"), signer("dorte")],
    )
    registration.register_codex(codex=codex, envelope=envelope)


def register_topics() -> None:
    text = (files("kodeks.demo") / "topics.toml").read_text(encoding="utf-8")
    plan = tomllib.loads(text)
    register_retention()
    for code, name in plan["units"].items():
        casework.add_unit(code=code, name=name)
    services.register_topics(
        [
            services.NewTopic(
                label=label,
                title=topic["title"],
                kle_number=topic["kle"],
                facet=FACET,
                unit=topic["unit"],
                working_days=topic["days"],
            )
            for label, topic in plan["topics"].items()
        ]
    )


def register_replies() -> None:
    """How the office that sorts is reached, and the pieces of text for answers: Anders writes them,
    and Merete stands behind them."""
    plan = tomllib.loads((files("kodeks.demo") / "replies.toml").read_text(encoding="utf-8"))
    for code, contact in plan.pop("contacts").items():
        letters.write_contact(code=code, **contact)
    anders, merete = (User.objects.get(username=name) for name in ("anders", "merete"))
    known = {kind.name for kind in reply_blocks.letter_types()}
    for name, text in plan.items():
        if name in known:
            continue
        kind = reply_blocks.add(
            name=name,
            title=text["title"],
            kle_prefix=text["kle"],
            part=text["part"],
            user=anders,
        )
        version = letter_versions.propose(
            letter_type=kind,
            subject=text["title"],
            body=text["body"],
            note="Prøve: opdigtet tekst til prøvemiljøet",
            user=anders,
        )
        letter_versions.approve(letter_type=kind, number=version.number, user=merete)


def register_retention() -> None:
    """The rules of retention, confirmed by somebody invented; one that lets erasing be tried."""
    casework.load_kle_subjects()
    for entry in kle.ENTRIES:
        subject = casework_selectors.kle_subject(number=entry.number, on=timezone.localdate())
        if subject is None or subject.retention_confirmed_by:
            continue
        rule = TRIED if entry.number == TRIED_NUMBER else entry.rule
        rules.confirm(number=entry.number, rule=rule, confirmed_by=ARCHIVIST)


def register_system() -> None:
    """The system that sorts inquiries, with its time studies."""
    if take_into_use(SYSTEM, room="kodeks.inquiries"):
        register_time_studies(User.objects.get(username="merete"))


def take_into_use(system: str, *, room: str) -> bool:
    """The room's card, who answers, their confirmation, how suggestions are put before people, and
    invented evidence for each duty. Returns whether it is new."""
    found = card.load((files(room) / "system.toml").read_text(encoding="utf-8"))
    registration.register_card(found)
    if Assignment.objects.filter(system_id=system).exists():
        return False
    merete = User.objects.get(username="merete")
    registration.assign(
        system=system,
        unit=found.unit,
        manager=merete,
        deputy=User.objects.get(username="bodil"),
    )
    stewardship.attest(system=system, user=merete)
    oversight.oversee(
        system=system,
        user=merete,
        blind_share=Decimal("0.10"),
        least_confidence=Decimal("0.20"),
        influence_limit=Decimal("0.10"),
        fast_limit=Decimal("0.20"),
        allowed_errors=dict.fromkeys(promises.parts_of(system), _ALLOWED_ERROR),
    )
    register_evidence(system)
    return True


def register_time_studies(manager: User) -> None:
    """An invented time study of each of the robot's steps, so that hours freed can be counted."""
    today = timezone.localdate()
    for step, minutes in MINUTES.items():
        service.write_study(
            system=SYSTEM,
            study=service.NewStudy(
                step=step,
                measured=len(minutes),
                mean=Decimal(statistics.mean(minutes)),
                deviation=Decimal(statistics.stdev(minutes)),
                review=Decimal(2),
                rework=Decimal(10),
                first_day=today - dt.timedelta(days=30),
                last_day=today,
                measured_by="To opdigtede medarbejdere",
                sha256=hashlib.sha256(repr(minutes).encode()).hexdigest(),
            ),
            user=manager,
        )


def register_places() -> None:
    """The invented streets, places and districts; the town lies where there is only sea."""
    folder = files("kodeks.demo") / "geography"
    maps.keep(
        [
            *loading.of_geojson((folder / "kort.geojson").read_text(encoding="utf-8")),
            *loading.of_csv((folder / "adresser.csv").read_text(encoding="utf-8")),
        ]
    )


def register_evidence(system: str) -> None:
    """A document for each duty of the codex; each says that it is invented."""
    signers = {person.role: person.username for person in reversed(PEOPLE)}
    today = timezone.localdate()
    for duty in codices.in_force().duties:
        content = f"PRØVEBILAG (opdigtet)\n{duty.title}\nEksempelkøbing Kommune\n{duty.text}\n"
        registration.register_evidence(
            system=system,
            kind=duty.kind,
            title=f"{duty.title} (prøvebilag)",
            sha256=hashlib.sha256(content.encode()).hexdigest(),
            signer=User.objects.get(username=signers[duty.signer]),
            valid_from=today,
            valid_to=months_after(today, duty.most_months),
        )


def release_model() -> None:
    """Train on the history under a permit, sign as technician, approve as manager.

    Skipped when a model is in operation already.
    """
    if selectors.system_state(SYSTEM).release is not None:
        return
    past = corpus.history()
    anders = User.objects.get(username="anders")
    digest = hashlib.sha256(repr([(one.id, one.text) for one in past]).encode()).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        releases.train(
            texts=[written.text for written in past],
            labels=[written.label for written in past],
            divided_by={
                "channel": [Channel(written.channel).label for written in past],
                "district": [written.district for written in past],
            },
            sha256=digest,
            user=anders,
            folder=Path(folder),
        )
        releases.propose(
            source=Path(folder), version=VERSION, author=anders, signer=signer("anders")
        )
    kernel_releases.approve(
        system=SYSTEM,
        version=VERSION,
        approver=User.objects.get(username="merete"),
        signer=signer("merete"),
    )


def _in(*, months: int) -> dt.date:
    return months_after(timezone.localdate(), months)
