# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The menu, built from what each solution offers the user.

A solution may have a module `navigation` with `items(user)` that yields mappings with `title`
and `url`, and `description` for its card on the front page. Mappings, because a solution is
below the workbench and cannot import a class from it.

The menu stands on every page, the cards on one: what a card counts is a function, which nobody
calls elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

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
    description: str | Callable[[], str] = ""


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
            text = "Find en sag. Erindringer, der har nået dagen: {}."
            told = _counting(user, text, lambda: listing.due_reminders(user))
            yield Item("Sager", reverse("workbench:cases"), told)
        if Role.CASEWORKER in roles:
            yield from _of_caseworkers(user)
        if roles & FIGURES:
            yield from _of_departments()
        if roles & {Role.CASEWORKER, Role.ADMINISTRATOR}:
            text = "Mails og filer, som programmet ikke kunne tage ind. Venter på dig: {}."
            told = _counting(user, text, lambda: arriving.refused().count())
            yield Item("Modtaget", reverse("workbench:arrivals"), told)
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
        told = _counting(user, " Åbne alarmer: {}.", alarms.open_ones().count, after=text)
        yield Item("Systemer", reverse("workbench:systems"), told)
    if roles & HELPS_ROBOTS:
        text = "Se, hvad robotterne laver, og hjælp dem videre."
        told = _counting(user, " Opgaver, der venter: {}.", lambda: _robots_tasks(user), after=text)
        yield Item("Robotter", reverse("workbench:robots"), told)
    if roles & REPORTS:
        text = "Meld, at et system gjorde noget forkert."
        yield Item("Hændelser", reverse("workbench:incident-systems"), text)


def _of_caseworkers(user: User) -> Iterator[Item]:
    text = "Se efter, om en robot gjorde det rigtige."
    yield Item("Efterkontrol", reverse("workbench:reviews"), text)
    text = "Data, som nogen siger er forkerte, og indsigelser, som venter på svar: {}."
    told = _counting(user, text, lambda: count_waiting(user=user))
    yield Item("Rettelser", reverse("workbench:corrections"), told)
    yield Item("Frister", reverse("workbench:deadlines"), partial(_of_deadlines, user))
    if exercises := drills.waiting(user):
        text = f"Opdigtede sager, der venter på dig: {sum(one.left for one in exercises)}."
        yield Item("Øvelser", reverse("workbench:exercises"), text)


def _of_departments() -> Iterator[Item]:
    text = "Hvor længe borgerne venter, om forslagene holder, og hvad der venter på svar."
    yield Item("Afdelingens tal", reverse("workbench:departments"), text)


def _of_the_house(user: User, roles: frozenset[str]) -> Iterator[Item]:
    if roles & EDITORS:
        text = "Ret de breve, robotterne skriver. Venter på godkendelse: {}."
        told = _counting(user, text, letter_versions.count_waiting)
        yield Item("Breve", reverse("workbench:letters"), told)
    if Role.SYSTEM_OWNER in roles:
        text = "Skriv, hvornår du er væk, så en anden svarer."
        yield Item("Dit fravær", reverse("workbench:absence"), text)
    if roles & ERASES:
        text = "Lukkede sager, der har nået fristen og kan slettes: {}."
        told = _counting(user, text, lambda: erasing.late(user))
        yield Item("Sletning", reverse("workbench:erasing"), told)


def _counting(
    user: User, text: str, count: Callable[[], object], *, after: str = ""
) -> Callable[[], str]:
    """What is counted for this person stands in the text; after another text, zero is left out."""

    def told() -> str:
        with viewer(user):
            number = count()
        return after + (text.format(number) if number or not after else "")

    return told


def _robots_tasks(user: User) -> int:
    # Those who look after robots need not see the cases, and a count tells nothing of them.
    with as_service(ROBOT_PAGES):
        return tasklist.open_runs(user).count()


def _of_deadlines(user: User) -> str:
    with viewer(user):
        units = access.units_of(user, Role.CASEWORKER)
        due = clock_reads.count_due(units=units, by=timezone.localdate())
        text = f"Det, afdelingerne skal svare på, og hvornår. I dag eller før: {due}."
        if waiting := unsettled.count(user):
            text = f"{text} Frister, du skal tage stilling til: {waiting}."
        return text


def active(entries: list[Item], *, path: str) -> str:
    """The address of the entry that `path` lies within, the longest first; "" for none."""
    within = [entry.url for entry in entries if path == entry.url or path.startswith(entry.url)]
    return max((url for url in within if url != "/"), key=len, default="")
