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

from kodeks.casework.corrections import count_waiting
from kodeks.kernel import access, alarms, drills
from kodeks.kernel.models import Role, User
from kodeks.workbench import erasing, solutions
from kodeks.workbench.access import ERASES, REPORTS, STEERS
from kodeks.workbench.cases import READS, listing


@dataclass(frozen=True)
class Item:
    """One entry of the menu; `description` is the text of its card on the front page."""

    title: str
    url: str
    description: str = ""


def items(user: User | AnonymousUser) -> list[Item]:
    """What this user can go to. Raises TypeError for an item with unknown fields."""
    offered = [
        Item(**item) for module in solutions.modules("navigation") for item in module.items(user)
    ]
    return [*offered, *_own(user)]


def _own(user: User | AnonymousUser) -> Iterator[Item]:
    """The workbench's own pages: by role, then those for everybody."""
    roles = access.roles_of(user)
    if Role.CITIZEN in roles:
        yield Item("Mine sager", reverse("workbench:my-cases"), "Det, du har skrevet til os om.")
    if roles & STEERS:
        text = "Se, hvordan systemerne kører, og stop dem."
        if waiting := alarms.open_ones().count():
            text = f"{text} Åbne alarmer: {waiting}."
        yield Item("Systemer", reverse("workbench:systems"), text)
    if roles & REPORTS:
        text = "Meld, at et system gjorde noget forkert."
        yield Item("Hændelser", reverse("workbench:incident-systems"), text)
    if roles & READS and isinstance(user, User):
        text = f"Find en sag. Erindringer, der har nået dagen: {listing.due_reminders(user)}."
        yield Item("Sager", reverse("workbench:cases"), text)
    if Role.CASEWORKER in roles:
        text = "Se efter, om en robot gjorde det rigtige."
        yield Item("Efterkontrol", reverse("workbench:reviews"), text)
        waiting = 0 if isinstance(user, AnonymousUser) else count_waiting(user=user)
        text = f"Data, som nogen siger er forkerte, og indsigelser, som venter på svar: {waiting}."
        yield Item("Rettelser", reverse("workbench:corrections"), text)
        exercises = () if isinstance(user, AnonymousUser) else drills.waiting(user)
        if exercises:
            text = f"Opdigtede sager, der venter på dig: {sum(one.left for one in exercises)}."
            yield Item("Øvelser", reverse("workbench:exercises"), text)
    if Role.SYSTEM_OWNER in roles:
        text = "Skriv, hvornår du er væk, så en anden svarer."
        yield Item("Dit fravær", reverse("workbench:absence"), text)
    if roles & ERASES and isinstance(user, User):
        late = erasing.late(user)
        text = f"Lukkede sager, der har nået fristen og kan slettes: {late}."
        yield Item("Sletning", reverse("workbench:erasing"), text)
    text = "Brug koden i dit brev. Se dine data, og hvad der er lagt vægt på."
    yield Item("Se din sag", reverse("workbench:find-case"), text)
    text = "Se, hvad vi bruger kunstig intelligens til, og hvem der svarer for det."
    yield Item("Register", reverse("workbench:register"), text)
    text = "Læs reglerne for, hvordan vi bruger kunstig intelligens."
    yield Item("Kodeks", reverse("workbench:codex"), text)
    text = "Kontrollér, at intet er ændret bagefter."
    yield Item("Loggen", reverse("workbench:ledger"), text)


def active(entries: list[Item], *, path: str) -> str:
    """The address of the entry that `path` lies within, the longest first; "" for none."""
    within = [entry.url for entry in entries if path == entry.url or path.startswith(entry.url)]
    return max((url for url in within if url != "/"), key=len, default="")
