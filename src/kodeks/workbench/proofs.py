# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Live evidence: what the running kernel and the codex in force have to show right now.

`requirements.toml` names these proofs as `name` or `name:argument`. Each looks anew each time, so
that evidence which has ended or been withdrawn is gone from the page with the same request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import corrections, retention
from kodeks.codex import monitoring
from kodeks.kernel import alarms, codices, drill_figures, facts, heads
from kodeks.kernel.models import CardRevision, DatasetReading, Grant, Incident, System, Training
from kodeks.kernel.selectors import SystemState
from kodeks.kernel.viewing import as_service
from kodeks.statistics.drills import Outcome
from kodeks.workbench import register_nl
from kodeks.workbench.evidence import SOON
from kodeks.workbench.proofs_of_code import control, has_page, page
from kodeks.workbench.proving import Now, Proof, each, entry, without_obstacles


def find(reference: str, at: Now) -> list[Proof]:
    """The proofs that a reference stands for. Raises KeyError for an unknown name."""
    name, _, argument = reference.partition(":")
    find_one, takes_argument = PROOFS[name]
    if takes_argument != bool(argument):
        raise KeyError(reference)
    return list(find_one(at, argument))


def document(at: Now, kind: str) -> Iterator[Proof]:
    """The newest document of a kind for each system that the codex asks for one."""
    if at.codex is None:
        yield Proof(text="Der er intet kodeks i kraft.", holds=False)
        return
    for state in at.systems:
        for one in at.documents.get(state.slug, ()):
            if one.duty.kind == kind:
                newest = one.newest
                until = f" til {date_format(newest.valid_to)}" if one.badge == "success" else ""
                yield Proof(
                    text=f"{state.name}: {one.duty.title}. {one.text}{until}.",
                    holds=one.badge != "error",
                    url=entry(state),
                    record=f"bilag {newest.pk}, SHA-256 {newest.sha256}" if newest else "",
                )


def card(at: Now, key: str) -> Iterator[Proof]:
    """A text of each system's card: `guidance`, or `register.considerations`."""

    def look(state: SystemState) -> Proof:
        found: object = state.card
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        text = f"Kortets {_CARD_TEXTS[key]}"
        return Proof(
            text=f"{state.name}: {text} {'er skrevet' if found else 'mangler'}.",
            holds=bool(found),
            url=entry(state),
            record=f"kort nr. {state.revision}, SHA-256 {state.sha256}",
        )

    return each(at, look)


_CARD_TEXTS = {
    "guidance": "vejledning til medarbejdere",
    "complaint": "besked om at klage",
    "register.considerations": "fordele og ulemper",
}


def owner(at: Now, _: str) -> Iterator[Proof]:
    """A manager answers and has confirmed it."""
    codes = ("no_owner", "not_attested")
    return without_obstacles(at, codes, lambda state: f"{state.manager or 'Stedfortræder'} svarer.")


def basis(at: Now, _: str) -> Iterator[Proof]:
    """The law permits operation today."""
    codes = ("no_codex", "codex_unsigned", "barred", "no_basis", "autonomy")
    return without_obstacles(at, codes, lambda state: "Der er hjemmel til drift i dag.")


def special_basis(at: Now, _: str) -> Iterator[Proof]:
    """A basis for special categories of data in each system where people can write them."""
    for state in at.systems:
        if not _may_hold_special(state):
            continue
        allowed = [
            row
            for row in codices.bases_of(state.slug)
            if row.data_category == "special"
            and row.status == "allowed"
            and row.valid_from <= at.today <= (row.valid_to or at.today)
        ]
        said = "har hjemmel" if allowed else "har ingen hjemmel i kodekset"
        text = f"{state.name}: Fri tekst eller følsomme felter {said}."
        yield Proof(text=text, holds=bool(allowed), url=entry(state))


def release(at: Now, _: str) -> Iterator[Proof]:
    """A model that two people released and nobody took back."""

    def look(state: SystemState) -> Proof:
        found = state.release
        if found is None or hasattr(found, "revocation"):
            text = f"{state.name}: Ingen model er frigivet nu."
            return Proof(text=text, holds=False, url=entry(state))
        signers = f"{found.author.full_name} og {found.approval.approver.full_name}"
        return Proof(
            text=f"{state.name}: Modellen {found.version} er underskrevet af {signers}.",
            holds=found.author_id != found.approval.approver_id,
            url=entry(state),
            record=f"SHA-256 {found.artefact_sha256}",
        )

    return each(at, look)


def measured(at: Now, _: str) -> Iterator[Proof]:
    """What the released model was measured to do."""

    def look(state: SystemState) -> Proof:
        metrics = state.release.metrics if state.release else {}
        said = "er målt" if metrics else "er ikke målt"
        text = f"{state.name}: Modellen {said} ({len(metrics)} mål)."
        return Proof(text=text, holds=bool(metrics), url=entry(state))

    return each(at, look)


def groups(at: Now, _: str) -> Iterator[Proof]:
    """How the released model treats groups of citizens."""

    def look(state: SystemState) -> Proof:
        found = state.release.groups.get("measured", []) if state.release else []
        unfair = [one.sentence for one in state.obstacles if one.code == "unfair"]
        said = " ".join([f"{len(found)} grupper af borgere er målt.", *unfair])
        holds = bool(found) and not unfair
        return Proof(text=f"{state.name}: {said}", holds=holds, url=entry(state))

    return each(at, look)


def dataset(at: Now, _: str) -> Iterator[Proof]:
    """The data that a model learnt from were read under a permit, and their hash was kept."""

    def look(state: SystemState) -> Proof:
        newest = DatasetReading.objects.filter(system_id=state.slug).order_by("-id").first()
        if newest is None:
            text = f"{state.name}: Intet er læst til oplæring."
            return Proof(text=text, holds=False, url=entry(state))
        return Proof(
            text=f"{state.name}: {newest.rows} rækker fra {newest.source} er læst med tilladelse.",
            holds=True,
            url=entry(state),
            record=f"læsning {newest.pk}, SHA-256 {newest.sha256}",
        )

    return each(at, look)


def supervision(at: Now, _: str) -> Iterator[Proof]:
    """Each check of each system's plan was done in time and found nothing that is left."""
    if not at.systems:
        yield Proof(text="Der er intet system i registret.", holds=False)
    for state in at.systems:
        system = System.objects.get(slug=state.slug)
        newest = CardRevision.objects.filter(system=system).latest("revision")
        for task in facts.supervision(system, newest):
            due = date_format(task["due"])
            yield Proof(
                text=f"{state.name}: {task['title']} Næste kontrol senest {due}.",
                holds=task["passed"] and task["due"] >= at.today,
                url=entry(state),
                record="" if task["last"] is None else f"kontrol {task['last'].pk}",
            )


def watched(at: Now, _: str) -> Iterator[Proof]:
    """Each card has limits that operation is held up to, and no alarm has waited too long."""

    def look(state: SystemState) -> Proof:
        plan = monitoring.monitoring_of(state.card)
        limits = plan.limits if plan else ()
        late = sum(one.system_id == state.slug and one.due_on < at.today for one in waiting)
        text = f"{len(limits)} grænser bliver holdt øje med. {late} alarmer er over fristen."
        return Proof(
            text=f"{state.name}: {text}", holds=bool(limits) and not late, url=entry(state)
        )

    waiting = tuple(alarms.open_ones())
    return each(at, look)


def trained(at: Now, _: str) -> Iterator[Proof]:
    """The share of caseworkers whose training holds today; all must."""
    rights = Grant.objects.filter(role="caseworker", user__is_active=True, valid_from__lte=at.today)
    people = {
        one.user_id for one in rights if one.valid_until is None or one.valid_until >= at.today
    }
    held = {
        person
        for person in people
        if (last := Training.objects.filter(user_id=person).order_by("-id").first()) is not None
        and last.valid_until >= at.today
    }
    text = f"{len(held)} af {len(people)} sagsbehandlere har oplæring, der gælder i dag."
    yield Proof(text=text, holds=bool(people) and held == people)


def drills(at: Now, _: str) -> Iterator[Proof]:
    """In each team's newest round of exercises: some have passed, and none has failed."""

    def look(state: SystemState) -> Proof:
        newest = [one.outcome for one in drill_figures.rounds(state.slug) if one.is_newest]
        passed, failed = newest.count(Outcome.PASSED), newest.count(Outcome.FAILED)
        under_way = newest.count(Outcome.UNDER_WAY)
        return Proof(
            text=(
                f"{state.name}: Afdelinger, der har bestået øvelser i at fange fejl: {passed}. "
                f"Ikke bestået: {failed}. I gang: {under_way}."
            ),
            holds=passed > 0 and failed == 0,
            url=entry(state),
        )

    return each(at, look)


def ledger(at: Now, _: str) -> Iterator[Proof]:
    """The log has a signed head that anybody can check."""
    head, url = heads.published(), reverse("workbench:ledger")
    if head is None:
        yield Proof(text="Loggen har intet underskrevet hoved endnu.", holds=False, url=url)
        return
    root = bytes(head.root).hex()
    yield Proof(text=f"Loggen har {head.size} poster.", holds=True, url=url, record=f"rod {root}")


def incidents(at: Now, kind: str) -> Iterator[Proof]:
    """The codex has a clock for that kind of incident, and no report of it is late."""
    kinds = {} if at.codex is None else {one.id: one for one in at.codex.incident_kinds}
    url = reverse("workbench:codex")
    if kind not in kinds or kinds[kind].hours is None:
        yield Proof(text=f"Kodekset har ingen frist for {kind}.", holds=False, url=url)
        return
    late = Incident.objects.filter(kind=kind, due_at__lt=timezone.now())
    late = late.exclude(steps__step__in=("reported", "dismissed"))
    yield Proof(
        text=f"{kinds[kind].title}: {kinds[kind].hours} timer. {late.count()} er for sent.",
        holds=not late.exists(),
        url=url,
    )


def erasure_rules(at: Now, _: str) -> Iterator[Proof]:
    """Each subject with closed cases has a rule, and no case is kept a month longer than that."""
    with as_service("register"):
        lacking = retention.without_rule().count()
        found = retention.counts()
        late = retention.due(on=at.today - SOON).count()
    yield Proof(
        text=(
            f"{found.closed} lukkede sager, {found.erased} slettede. "
            f"{lacking} emner mangler en frist. {late} sager skulle være slettet for længst."
        ),
        holds=lacking == 0 and late == 0,
    )


def corrected(at: Now, _: str) -> Iterator[Proof]:
    """What citizens say is wrong is answered in time (GDPR art. 12(3) and 16)."""
    late = corrections.count_late(on=at.today)
    yield Proof(
        text=f"Borgeren kan sige til ved hver oplysning. {late} svar er over fristen.",
        holds=late == 0,
        url=reverse("workbench:find-case"),
    )


def objected(at: Now, _: str) -> Iterator[Proof]:
    """Citizens can object on their matter's page, and are answered (GDPR art. 12(3) and 21)."""
    late = corrections.count_late(on=at.today, objections=True)
    yield Proof(
        text=f"Borgeren kan gøre indsigelse på sagens side. {late} svar er over fristen.",
        holds=has_page("workbench:objection") and late == 0,
        url=reverse("workbench:find-case"),
    )


def published(at: Now, _: str) -> Iterator[Proof]:
    """Each system has a whole record by the Dutch publication standard, and in English."""

    def look(state: SystemState) -> Proof:
        lacking = register_nl.gaps(state)
        text = " ".join(lacking) or "Posten i registret er hel, på dansk og engelsk."
        return Proof(text=f"{state.name}: {text}", holds=not lacking, url=entry(state))

    return each(at, look)


def accessibility(at: Now, _: str) -> Iterator[Proof]:
    """The accessibility statement is the municipality's own, and not the list of all of them."""
    own = urlsplit(settings.KODEKS_WAS_URL).path.strip("/") != ""
    text = "Siden henviser til kommunens egen tilgængelighedserklæring."
    if not own:
        text = "Adressen på kommunens tilgængelighedserklæring er ikke sat."
    yield Proof(text=text, holds=own, url=settings.KODEKS_WAS_URL)


def _may_hold_special(state: SystemState) -> bool:
    return any(f["free_text"] or f["category"] == "special" for f in state.card["data_fields"])


Find = Callable[[Now, str], Iterator[Proof]]
PROOFS: dict[str, tuple[Find, bool]] = {
    "control": (control, True),
    "page": (page, True),
    "document": (document, True),
    "card": (card, True),
    "incidents": (incidents, True),
    "owner": (owner, False),
    "basis": (basis, False),
    "special_basis": (special_basis, False),
    "release": (release, False),
    "measured": (measured, False),
    "groups": (groups, False),
    "dataset": (dataset, False),
    "supervision": (supervision, False),
    "watched": (watched, False),
    "trained": (trained, False),
    "drills": (drills, False),
    "ledger": (ledger, False),
    "erasure_rules": (erasure_rules, False),
    "corrected": (corrected, False),
    "objected": (objected, False),
    "published": (published, False),
    "accessibility": (accessibility, False),
}
"""Name of a proof -> how it is found, and whether its reference has an argument."""
CONDITIONS: dict[str, Callable[[Now], bool]] = {
    "high_risk": lambda at: any(s.card["risk_class"] == "high" for s in at.systems),
    "other_risk": lambda at: any(s.card["risk_class"] != "high" for s in at.systems),
    "special_data": lambda at: any(_may_hold_special(s) for s in at.systems),
}
"""When a requirement concerns the systems that are registered now."""
