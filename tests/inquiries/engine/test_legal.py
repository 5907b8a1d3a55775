# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What starts a clock of the law is seen though the text is about something else.

The first sixteen texts are made up, and were written before the rules were tried on them: 15 were
seen, and none of the plain ones. The rule about Ankestyrelsen was mended then. The last fourteen
and two of the plain ones were two readers', whom the rules had not heard: most of them were not
seen, and both objections were taken for one about data. The rules were mended for them.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.demo import corpus
from kodeks.inquiries.engine.legal import RULES, traps

RECTIFIED = "rettelse af oplysninger"
RESTRICTED = "begrænset brug af oplysninger"
HIDDEN = (
    (
        "Lygten er stadig slukket. Jeg vil også gerne have aktindsigt i sagen om vejen.",
        "aktindsigt",
    ),
    ("Skraldet er ikke hentet. Send mig kopi af alle dokumenter i sagen.", "aktindsigt"),
    ("Træet er væk. Må jeg se sagens akter?", "aktindsigt"),
    ("Hvad står der egentlig i min sag? Naboens hæk er også for høj.", "aktindsigt"),
    ("Jeg har skrevet før. Jeg ønsker indsigt i sagsakter om støjen.", "aktindsigt"),
    ("Tak for svaret om affald. Hvilke oplysninger har I om mig?", "egne oplysninger"),
    ("Jeg er flyttet. I bedes slette alle mine oplysninger.", "sletning af oplysninger"),
    ("Efter GDPR vil jeg vide, hvad I gemmer.", "egne oplysninger"),
    ("Containeren er fuld. Jeg trækker også mit samtykke tilbage.", "sletning af oplysninger"),
    ("Jeg vil have en kopi af mine personoplysninger, og hullet skal laves.", "egne oplysninger"),
    ("Jeg klager over jeres afgørelse om skuret. Vejen er i øvrigt glat.", "klage"),
    ("Vi vil gerne klage over afslaget på parkering.", "klage"),
    ("Hækken er klippet. Jeg er dog uenig i afgørelsen om hegnet.", "klage"),
    ("Jeg kan ikke acceptere jeres afslag, og skiltet mangler stadig.", "klage"),
    ("Kan I genoptage sagen? Der er kommet nye huller.", "klage"),
    ("Send min sag videre til Ankestyrelsen, tak.", "klage"),
    (
        "Vejen er glat. Jeg vil have indsigt i alt, hvad I har registreret på mig.",
        "egne oplysninger",
    ),
    ("Jeg anmoder om sletning af mine personoplysninger.", "sletning af oplysninger"),
    (
        "Jeg gør indsigelse mod jeres behandling af mine oplysninger.",
        "indsigelse mod brug af oplysninger",
    ),
    ("Please delete my personal data.", "sletning af oplysninger"),
    ("Send mig alle dokumenter i min sag.", "aktindsigt"),
    ("Hullet er der endnu. Jeg ønsker afgørelsen ændret.", "klage"),
    ("Jeg er ikke enig i jeres afgørelse.", "klage"),
    ("Det kan ikke passe. Jeg vil anke.", "klage"),
    ("Jeg vil klage over at I har afvist min ansøgning.", "klage"),
    ("Klage over P-afgift på Torvet.", "klage"),
    ("Hvordan kan jeg få min sag genoptaget?", "klage"),
    ("I skal slette mig fra jeres systemer.", "sletning af oplysninger"),
    ("Jeg vil have indsigt i hvad I har registreret om mig.", "egne oplysninger"),
    ("Jeg beder om en kopi af byggesagen.", "aktindsigt"),
    ("Lampen er slukket. I skal rette mine oplysninger, jeg hedder noget andet.", RECTIFIED),
    ("I har forkerte oplysninger om mig.", RECTIFIED),
    ("Jeg vil ikke have, at I deler mine data.", "indsigelse mod brug af oplysninger"),
    ("Jeg kræver begrænsning af behandlingen af mine oplysninger.", RESTRICTED),
    ("Jeg er bekymret for pigen i nr. 4, hun er altid sulten.", "underretning"),
    ("Hegnet er væltet. Naboen slår sine børn.", "underretning"),
)
PLAIN = (
    "Jeg vil klage over støj fra byggepladsen om natten.",
    "Jeg klager over hullet i vejen ved skolen.",
    "Det er ikke en klage over afgørelsen, kun et spørgsmål.",
    "Hvornår kan jeg låne en bog?",
    "Kan jeg få en kopi af nøglen til haven?",
    "Jeg er utilfreds med tømningen af min skraldespand.",
    "Hvor kan jeg se åbningstiderne?",
    "Jeg beder ikke om aktindsigt, bare et svar.",
    "Slet ikke sjovt at vente så længe.",
    "Jeg gør indsigelse mod lokalplanforslag 402.",
    "Vi gør indsigelse mod naboens byggeri.",
    "Kan I sende mig en ny beholder til papir?",
    "",
)


@pytest.mark.parametrize(("text", "rule"), HIDDEN)
def test_is_seen(text: str, rule: str) -> None:
    found = {trap.rule: trap for trap in traps(text)}
    assert rule in found
    assert found[rule].matched in text.lower()
    assert "§" in found[rule].reason or "artikel" in found[rule].reason


@pytest.mark.parametrize("text", PLAIN)
def test_stays_quiet(text: str) -> None:
    assert traps(text) == ()


def test_a_text_may_hold_several() -> None:
    text = "Jeg klager over afgørelsen, beder om aktindsigt og om at se oplysninger om mig."
    assert [trap.rule for trap in traps(text)] == ["aktindsigt", "egne oplysninger", "klage"]


@pytest.mark.parametrize(
    "text",
    [
        "Efter GDPR artikel 17 skal I slette mine oplysninger.",
        "Jeg gør efter databeskyttelsesforordningen indsigelse mod jeres brug af mine data.",
        "Ret mine oplysninger, som databeskyttelsesloven siger.",
    ],
)
def test_the_law_by_name_is_no_request_to_see_what_is_kept(text: str) -> None:
    (trap,) = traps(text)
    assert trap.rule != "egne oplysninger"


def test_few_inquiries_about_everyday_matters_are_marked() -> None:
    """The demo's history was written with other things in mind; two of it ask for access."""
    past = corpus.history()
    marked = [one.text for one in past if traps(one.text)]
    assert len(marked) <= 0.02 * len(past), marked


def test_every_rule_has_a_law_a_reason_and_a_date() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.law
        assert rule.reason
        assert rule.since.year >= 2026


@given(st.text(alphabet="abdeikgslnor .,!?", max_size=400))
def test_any_text_is_read(text: str) -> None:
    traps(text)


def test_long_texts_are_read_in_time_that_grows_with_them() -> None:
    start = time.process_time()
    traps("jeg vil gerne klage over se mine " * 3000)
    assert time.process_time() - start < 5
