# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The whole line once, through the site's own pages, checking what each step left behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from kodeks.casework import dispatching
from kodeks.casework.models import Dispatch, Document, InboxItem, JournalEntry, JournalStatus
from kodeks.casework.ports import UNREACHED
from kodeks.demo import arrivals, bins, corpus, drifting
from kodeks.demo.visitor import Visitor
from kodeks.inquiries import acknowledging, selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import alarms, insight, sequencer, signing, witnessing
from kodeks.kernel import selectors as kernel_selectors
from kodeks.kernel.errors import SystemStopped
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError
from kodeks.robots.worker import run_worker
from kodeks.waste.models import Notice, Outlook

INQUIRIES = 20
"""Enough for suggestions that are followed and changed; a hundred more would only take longer."""
_WORDS = "Jeg har læst teksten; den handler om dette emne."
_SEEN = "Jeg har set på målingerne; der er marked på pladsen i weekenden."
_NEW = "Hullet i Testvej er nu så dybt, at cyklisterne vælter."


@dataclass
class _Report:
    """Says what happened; `held` is False from the first thing that did not hold."""

    say: Callable[[str], None]
    held: bool = True
    number: int = 0
    batch: str = field(default_factory=lambda: f"demo-once-{timezone.now():%Y%m%d%H%M%S%f}")
    """Names this run's inquiries, so that the line can be run again."""

    def step(self, title: str) -> None:
        self.number += 1
        self.say(f"{self.number}. {title}")

    def check(self, true: bool, what: str) -> None:
        self.held = self.held and true
        self.say(f"   {'ok  ' if true else 'FEJL'} {what}")


def run(*, say: Callable[[str], None]) -> bool:
    """Run the line; True when all of it held."""
    report = _Report(say)
    for obstacle in kernel_selectors.obstacles(services.SYSTEM):
        # Every suggestion would be waited for.
        say(f"{obstacle.sentence} Få systemet til at køre på siden, eller brug --fresh.")
        return False
    _receive(report)
    decided = _decide(report)
    _robot(report, decided)
    _insight(report, decided)
    _bins(report)
    _stop(report)
    _drift(report, decided)
    return report.held


def _work() -> None:
    run_worker(background=[sequencer.run, witnessing.run], stop_when_idle=True)
    while sequencer.integrate():
        pass
    witnessing.ask()


def _receive(report: _Report) -> None:
    report.step(f"{INQUIRIES} henvendelser kommer ind og visiteres")
    new = arrivals.receive_inbox(most=INQUIRIES, batch=report.batch)
    again = arrivals.receive_inbox(most=INQUIRIES, batch=report.batch)
    _work()
    report.check(again == 0, f"{new} nye; de samme igen giver {again} nye")
    missing = selectors.without_recommendation().count()
    report.check(missing == 0, f"{missing} venter stadig på et forslag")


def _decide(report: _Report) -> list[Inquiry]:
    report.step("Sagsbehandleren Sofie Prøvesen afgør dem på siden")
    labels = {f"{report.batch}:{written.id}": written.label for written in corpus.inbox()}
    sofie = Visitor()
    sofie.take_role("sofie")
    decided, choices = [], {"accept": 0, "other": 0, "reject": 0}
    for inquiry in selectors.waiting().filter(external_id__in=labels):
        label = labels[inquiry.external_id]
        recommendation = selectors.recommendation_of(inquiry)
        if recommendation is None:
            report.check(False, f"{inquiry.id} har intet forslag")
            continue
        followed = recommendation.suggestion["label"] == label
        unwanted = label == services.OUT_OF_SCOPE
        choice = "accept" if followed else "reject" if unwanted else "other"
        sofie.handle(inquiry.id, choice=choice, label=label, words=_WORDS)
        inquiry.refresh_from_db()
        if inquiry.decision_id is None:
            report.check(False, f"{inquiry.id} blev ikke afgjort")
            continue
        choices[choice] += 1
        decided.append(inquiry)
    report.check(
        sum(choices.values()) > 0,
        f"{choices['accept']} forslag fulgt, {choices['other']} ændret, {choices['reject']} afvist",
    )
    return decided


def _robot(report: _Report, decided: list[Inquiry]) -> None:
    report.step("Robotten journaliserer, skriver kvittering, sender brevet og sender sagen videre")
    _work()
    keys = [f"inquiry:{inquiry.id}" for inquiry in decided]
    entries = JournalEntry.objects.filter(document__key__in=keys)
    done = entries.filter(status=JournalStatus.RECEIPTED).count()
    report.check(
        entries.count() == done == len(decided),
        f"{done} af {len(decided)} er journaliseret med id fra ESDH-systemet (simuleret)",
    )
    cases = [entry.case_id for entry in entries]
    letters = Document.objects.filter(case__in=cases, media_type="application/pdf").exclude(
        # What was sent before anybody decided.
        type=acknowledging.TYPE
    )
    real = sum(bytes(letter.content).startswith(b"%PDF") for letter in letters)
    report.check(real == len(decided), f"{real} kvitteringsbreve er skrevet som PDF")
    sent = Dispatch.objects.filter(document__in=letters)
    unreached = InboxItem.objects.filter(case__in=cases, kind=dispatching.NOTICE).count()
    out = sent.exclude(channel=UNREACHED).count()
    report.check(
        out + unreached == len(decided),
        f"{out} breve er lagt til afsendelse; {unreached} uden CPR-nummer ligger hos afdelingen",
    )
    items = InboxItem.objects.filter(case__in=cases, kind=services.SUBJECT).count()
    report.check(items == len(decided), f"{items} sager ligger i afdelingernes indbakker")


def _insight(report: _Report, decided: list[Inquiry]) -> None:
    report.step("Borgeren ser sin sag og kontrollerer kvitteringen")
    inquiry = selectors.inquiry(decided[0].id) if decided else None
    if inquiry is None or inquiry.case is None:
        report.check(False, "sagen blev ikke oprettet")
        return
    citizen = Visitor()
    page = _own_case(citizen, inquiry)
    place = [services.SUBJECT, str(inquiry.id)]
    recommendation = selectors.recommendation_of(inquiry)
    words = recommendation.body["considerations"] if recommendation else []
    seen = Visitor.shows(page, inquiry.text) and any(
        Visitor.shows(page, one["text"]) for one in words
    )
    report.check(seen, f"sag {inquiry.case.number} viser data og hensyn")
    for kind, name in (("recommendation", "forslaget"), ("decision", "afgørelsen")):
        data = citizen.fetch(reverse("workbench:receipt", args=[*place, kind]))
        report.check(_verifies(data), f"kvitteringen for {name} holder ({len(data)} byte)")
        changed = data.replace(b'"at":', b'"aT":', 1) if b'"at":' in data else data[:-2] + b" \n"
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        report.check(
            not _verifies(changed) and not _verifies(flipped), "en ændret byte bliver opdaget"
        )


def _verifies(data: bytes) -> bool:
    try:
        return receipt.verify(data, trusted_key=signing.verifier_key()).trusted
    except VerificationError:
        return False


def _bins(report: _Report) -> None:
    report.step("Skraldespandene bliver set på, og Sofie Prøvesen beslutter om en af dem")
    seen = bins.look()
    known = Outlook.objects.filter(within_1__isnull=False).values("bin_id").distinct().count()
    report.check(
        0 < seen <= known, f"{seen} spande er set på (opdigtede målere) og har en prognose"
    )
    notice = Notice.objects.filter(ended_at=None).order_by("opened_at", "id").first()
    if notice is None:
        report.check(True, "ingen spand venter på en beslutning")
        return
    sofie = Visitor()
    sofie.take_role("sofie")
    page, to = (reverse(f"waste:{name}", args=[notice.id]) for name in ("notice", "decide"))
    fields = {"label": "empty", "own_consideration": _SEEN}
    for _ in range(2):
        # The first is her own view where she is to write that down before she sees the proposal.
        if notice.decision_id is None:
            sofie.submit(page, to=to, fields=fields)
            notice.refresh_from_db()
    report.check(notice.decision_id is not None, f"{notice.bin.code}: det er besluttet")


def _stop(report: _Report) -> None:
    report.step("Systemejeren Merete Demosen stopper systemet og starter det igen")
    merete = Visitor()
    merete.take_role("merete")
    page = reverse("workbench:system", args=[services.SYSTEM])
    merete.submit(
        page,
        to=reverse("workbench:stop", args=[services.SYSTEM]),
        fields={"reason": "Prøve af stopknappen"},
    )
    inquiry, _ = services.receive(external_id=f"{report.batch}:stop", text=_NEW, channel="web")
    refused = _refused(inquiry)
    report.check(refused != "", f"mens det er stoppet: {refused or 'der kom et forslag'}")
    merete.submit(
        page,
        to=reverse("workbench:resume", args=[services.SYSTEM]),
        fields={"reason": "Prøven er slut"},
    )
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    report.check(inquiry.recommendation_id is not None, "i drift igen: forslaget er kommet")
    _work()


def _refused(inquiry: Inquiry) -> str:
    try:
        services.triage(inquiry_id=str(inquiry.id))
    except SystemStopped as error:
        return re.sub(r"\.$", "", error.message)
    return ""


def _drift(report: _Report, decided: list[Inquiry]) -> None:
    report.step("En opdigtet app sender på engelsk, og systemet bliver stoppet af sig selv")
    came = drifting.until_stopped(batch=report.batch)
    alarm = alarms.open_ones().filter(system_id=services.SYSTEM, effect="stop").first()
    report.check(alarm is not None, f"alarmen kom efter {came} henvendelser på engelsk")
    if alarm is None:
        return
    merete, sofie, stranger = Visitor(), Visitor(), Visitor()
    merete.take_role("merete")
    sofie.take_role("sofie")
    place = [services.SYSTEM]
    for who, visitor, page in (
        ("systemejeren", merete, reverse("workbench:system", args=place)),
        ("sagsbehandleren", sofie, reverse("inquiries:inbox")),
        ("enhver borger", stranger, reverse("workbench:register-entry", args=place)),
    ):
        report.check(Visitor.shows(visitor.read(page), alarm.sentence), f"{who} kan se hvorfor")
    report.check(_sees_in_case(decided, alarm.sentence), "borgeren kan se det i sin egen sag")
    inquiry, _ = services.receive(external_id=f"{report.batch}:drift", text=_NEW, channel="web")
    refused = _refused(inquiry)
    report.check(refused != "", "mens alarmen er åben, kommer der ingen forslag")
    for one in alarms.open_ones().filter(system_id=services.SYSTEM):
        merete.submit(
            reverse("workbench:oversight", args=place),
            to=reverse("workbench:close-alarm", args=[services.SYSTEM, one.id]),
            fields={"text": "Appen er lukket. Den sendte på engelsk (prøve)."},
        )
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    report.check(inquiry.recommendation_id is not None, "lederen har svaret: det kører igen")
    _work()


def _sees_in_case(decided: list[Inquiry], sentence: str) -> bool:
    """Whether the citizen of the first matter reads the sentence on the page about it."""
    inquiry = selectors.inquiry(decided[0].id) if decided else None
    if inquiry is None or inquiry.case is None:
        return False
    return Visitor.shows(_own_case(Visitor(), inquiry), sentence)


def _own_case(citizen: Visitor, inquiry: Inquiry) -> str:
    """The page about the citizen's matter, opened with the number and code of their letter."""
    find = reverse("workbench:find-case")
    code = insight.access_code(subject=services.subject_of(inquiry))
    number = "" if inquiry.case is None else inquiry.case.number
    citizen.submit(find, to=find, fields={"case_number": number, "code": code})
    place = [services.SUBJECT, str(inquiry.id)]
    return citizen.read(reverse("workbench:insight", args=place))
