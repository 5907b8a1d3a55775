# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu, built from what each solution offers the user.

A solution may have a module `navigation` with `items(user)` that yields mappings with `title`
and `url`, and `description` for its card on the front page. Mappings, because a solution is
below the workbench and cannot import a class from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from kodeks.casework import clock_reads, letter_versions
from kodeks.casework.corrections import count_waiting
from kodeks.casework.letter_versions import EDITORS
from kodeks.connectors import arriving
from kodeks.kernel import access, alarms, drills
from kodeks.kernel.models import Role, User
from kodeks.kernel.viewing import as_service, nobody, viewer
from kodeks.robots import tasklist
from kodeks.workbench import erasing, solutions, unsettled
from kodeks.workbench.access import ERASES, FIGURES, HELPS_ROBOTS, REPORTS, ROBOT_PAGES, STEERS
from kodeks.workbench.cases import READS, listing


@dataclass(frozen=True)
class Item:
    """One entry of the menu; `description` is the text of its card on the front page."""

    title: str
    url: str
    description: str = ""


def items(user: User | AnonymousUser) -> list[Item]:
    """What this user can go to. Raises TypeError for an item with unknown fields."""
    # The menu stands on pages for everybody too: what it counts is counted for this person.
    with viewer(user) if isinstance(user, User) else nobody():
        offered = [
            Item(**item)
            for module in solutions.modules("navigation")
            for item in module.items(user)
        ]
        return [*offered, *_own(user)]


def _own(user: User | AnonymousUser) -> Iterator[Item]:
    """The workbench's own pages: by role, then those for everybody."""
    roles = access.roles_of(user)
    if Role.CITIZEN in roles:
        yield Item("Mine sager", reverse("workbench:my-cases"), "Det, du har skrevet til os om.")
    if isinstance(user, User):
        yield from _of_systems(user, roles)
        if roles & READS:
            text = f"Find en sag. Erindringer, der har nået dagen: {listing.due_reminders(user)}."
            yield Item("Sager", reverse("workbench:cases"), text)
        if Role.CASEWORKER in roles:
            yield from _of_caseworkers(user)
        if roles & FIGURES:
            yield from _of_departments()
        if roles & {Role.CASEWORKER, Role.ADMINISTRATOR}:
            waiting = arriving.refused().count()
            text = f"Mails og filer, som programmet ikke kunne tage ind. Venter på dig: {waiting}."
            yield Item("Modtaget", reverse("workbench:arrivals"), text)
        yield from _of_the_house(user, roles)
    text = "Brug koden i dit brev. Se dine data, og hvad der er lagt vægt på."
    yield Item("Se din sag", reverse("workbench:find-case"), text)
    text = "Se, hvad vi bruger kunstig intelligens til, og hvem der svarer for det."
    yield Item("Register", reverse("workbench:register"), text)
    text = "Læs reglerne for, hvordan vi bruger kunstig intelligens."
    yield Item("Kodeks", reverse("workbench:codex"), text)
    text = "Kontrollér, at intet er ændret bagefter."
    yield Item("Loggen", reverse("workbench:ledger"), text)


def _of_systems(user: User, roles: frozenset[str]) -> Iterator[Item]:
    if roles & STEERS:
        text = "Se, hvordan systemerne kører, og stop dem."
        if waiting := alarms.open_ones().count():
            text = f"{text} Åbne alarmer: {waiting}."
        yield Item("Systemer", reverse("workbench:systems"), text)
    if roles & HELPS_ROBOTS:
        text = "Se, hvad robotterne laver, og hjælp dem videre."
        # Those who look after robots need not see the cases, and a count tells nothing of them.
        with as_service(ROBOT_PAGES):
            waiting = tasklist.open_runs(user).count()
        if waiting:
            text = f"{text} Opgaver, der venter: {waiting}."
        yield Item("Robotter", reverse("workbench:robots"), text)
    if roles & REPORTS:
        text = "Meld, at et system gjorde noget forkert."
        yield Item("Hændelser", reverse("workbench:incident-systems"), text)


def _of_caseworkers(user: User) -> Iterator[Item]:
    text = "Se efter, om en robot gjorde det rigtige."
    yield Item("Efterkontrol", reverse("workbench:reviews"), text)
    waiting = count_waiting(user=user)
    text = f"Data, som nogen siger er forkerte, og indsigelser, som venter på svar: {waiting}."
    yield Item("Rettelser", reverse("workbench:corrections"), text)
    units = access.units_of(user, Role.CASEWORKER)
    due = clock_reads.count_due(units=units, by=timezone.localdate())
    text = f"Det, afdelingerne skal svare på, og hvornår. I dag eller før: {due}."
    if waiting := unsettled.count(user):
        text = f"{text} Frister, du skal tage stilling til: {waiting}."
    yield Item("Frister", reverse("workbench:deadlines"), text)
    if exercises := drills.waiting(user):
        text = f"Opdigtede sager, der venter på dig: {sum(one.left for one in exercises)}."
        yield Item("Øvelser", reverse("workbench:exercises"), text)


def _of_departments() -> Iterator[Item]:
    text = "Hvor længe borgerne venter, om forslagene holder, og hvad der venter på svar."
    yield Item("Afdelingens tal", reverse("workbench:departments"), text)


def _of_the_house(user: User, roles: frozenset[str]) -> Iterator[Item]:
    if roles & EDITORS:
        waiting = letter_versions.count_waiting()
        text = f"Ret de breve, robotterne skriver. Venter på godkendelse: {waiting}."
        yield Item("Breve", reverse("workbench:letters"), text)
    if Role.SYSTEM_OWNER in roles:
        text = "Skriv, hvornår du er væk, så en anden svarer."
        yield Item("Dit fravær", reverse("workbench:absence"), text)
    if roles & ERASES:
        late = erasing.late(user)
        text = f"Lukkede sager, der har nået fristen og kan slettes: {late}."
        yield Item("Sletning", reverse("workbench:erasing"), text)


def active(entries: list[Item], *, path: str) -> str:
    """The address of the entry that `path` lies within, the longest first; "" for none."""
    within = [entry.url for entry in entries if path == entry.url or path.startswith(entry.url)]
    return max((url for url in within if url != "/"), key=len, default="")
