# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rules as data, hidden numbers, what is found about other people, and what is proposed of it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.accessrequests.engine import detectors, masking, proposing, rules
from kodeks.accessrequests.engine.detectors import People
from kodeks.accessrequests.engine.errors import RuleBookError
from kodeks.accessrequests.engine.proposing import Document, otherwise, propose

BOOK = rules.shipped()
DAY = dt.date(2026, 11, 2)
PEOPLE = People(
    own=("Testine Testesen", "Testvej 1, 1234 Byby"),
    others=("Ib Sal",),
    public=("Sofie Prøvesen",),
)


def document(text: str, **changes) -> Document:
    given = {"text": text, "is_internal": False, "law": "offl", "on": DAY, "people": PEOPLE}
    return Document(**(given | changes))


def found(text: str) -> dict[str, str]:
    hidden = masking.joined((text,), is_own=lambda digits: False)
    listed = detectors.find(hidden, people=PEOPLE, words=BOOK.words)
    return {hidden[one.start : one.end]: one.kind for one in listed}


def test_the_rules_are_the_same_after_they_were_released():
    again = rules.RuleBook.of_bytes(BOOK.artefact.as_bytes())
    assert (again.rules, again.words) == (BOOK.rules, BOOK.words)
    assert again.artefact.sha256 == BOOK.artefact.sha256


@pytest.mark.parametrize("data", [b"", b"x" * 40, BOOK.artefact.as_bytes()[:-1]])
def test_broken_rules_are_refused(data):
    with pytest.raises(RuleBookError):
        rules.RuleBook.of_bytes(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", "format = 2"),
        ('law = "offl"', 'law = "andet"'),
        ('effect = "mark"', 'effect = "slet"'),
        ("certainty = 0.85", "certainty = 1.5"),
        ('id = "offl_facts"', 'id = "offl_internal"'),
        ("valid_from = 2014-01-01", ""),
        ("[words]", "[andre]"),
    ],
)
def test_a_file_of_rules_is_read_strictly(old, new):
    from importlib.resources import files

    text = (files("kodeks.accessrequests.engine") / "rules.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(RuleBookError):
        rules.of_toml(text.replace(old, new, 1))


def test_each_law_has_its_rules_with_a_source_and_only_on_its_days():
    for law in rules.LAWS:
        held = BOOK.of(law, day=DAY)
        assert {"mark", "withhold", "ask"} <= {rule.effect for rule in held}
        assert all(rule.source and rule.valid_from <= DAY for rule in held)
    assert BOOK.of("offl", day=dt.date(2013, 12, 31)) == ()


@given(st.text(max_size=120))
def test_hiding_numbers_keeps_every_place(text):
    hidden = masking.joined((text, "slut"), is_own=lambda digits: False)
    page, _, rest = hidden.partition(masking.PAGE)
    assert (len(page), rest) == (len(text), "slut")
    assert masking.place(hidden, len(text) + 1) == (1, 0)


def test_the_askers_own_number_is_not_marked():
    text = "Mit nummer er 010190-1234, og naboens er 020290-1234."
    hidden = masking.joined((text,), is_own=lambda digits: digits == "0101901234")
    (only,) = masking.numbers(hidden)
    assert text[slice(*only)] == "020290-1234"
    assert not any(sign.isdigit() for sign in hidden)


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("CPR 010190-1234 er nævnt", "••••••-••••", "cpr"),
        ("CPR 010190 1234 er nævnt", "•••••• ••••", "cpr"),
        ("Vi talte med Otto Opdigt i går.", "Otto Opdigt", "name"),
        ("Otto Opdigt-Hansen ringede.", "Otto Opdigt-Hansen", "name"),
        ("Otto K. Opdigt ringede.", "Otto K. Opdigt", "name"),
        ("Naboen Otto ringede.", "Otto", "name"),
        ("Der var også ib sal.", "ib sal", "known"),
        ("Ib Sals hus er gult.", "Ib Sals", "name"),
        (
            "Huset ligger Attrapvej 9, 2. tv., 9999 Byby.",
            "Attrapvej 9, 2. tv., 9999 Byby",
            "address",
        ),
        ("Ring på +45 22 33 44 55.", "+45 22 33 44 55", "telephone"),
        ("Ring på 22334455 i dag.", "22334455", "telephone"),
        ("Skriv til otto@opdigt.example.", "otto@opdigt.example", "mail"),
        ("Otto Opdigt er indlagt.", "Otto Opdigt er indlagt.", "health"),
    ],
)
def test_what_points_at_another_person_is_found(text, words, kind):
    assert found(text).get(words) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Kære Testine Testesen. Du bor Testvej 1.",
        "Venlig hilsen Sofie Prøvesen.",
        "Eksempelkøbing Kommune har svaret.",
        "Teknik- og Miljøforvaltningen ser på det i November.",
        "Sag 2026-0000123 koster 1.250,00 kr.",
        "Medicin og sygdom er ikke nævnt om nogen.",
        "",
    ],
)
def test_what_is_the_askers_own_or_public_is_left(text):
    assert found(text) == {}


def test_each_part_of_a_name_is_found_later():
    listed = found("Otto Opdigt kom. Derefter gik Otto. Opdigts hund blev.")
    assert set(listed) == {"Otto Opdigt", "Otto", "Opdigt"}


@given(st.text(alphabet="AaBbÆæ 1234567890@.,-\n\f•", max_size=200))
def test_what_is_found_never_overlaps(text):
    listed = detectors.find(text, people=PEOPLE, words=BOOK.words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(listed))
    assert all(0 <= one.start < one.end <= len(text) for one in listed)


def test_proposals_and_what_would_have_changed_them():
    plain = document("Skraldet hentes fredag.")
    assert propose(BOOK, plain).outcome == "release"
    other = document("Vi talte med Otto Opdigt.")
    assert [mark.rule for mark in propose(BOOK, other).marks] == ["offl_private"]
    inner = replace(other, is_internal=True)
    assert propose(BOOK, inner).outcome == "withhold"
    changes = [otherwise(BOOK, one)[1].outcome for one in (plain, other, inner)]
    assert changes == ["withhold", "release", "redact"]


@pytest.mark.parametrize("law", list(rules.LAWS))
@pytest.mark.parametrize("is_internal", [True, False])
def test_something_is_always_weighed_and_more_openness_always_asked(law, is_internal):
    proposal = propose(BOOK, document("Intet særligt.", law=law, is_internal=is_internal))
    assert any(not one.is_for for one in proposal.weighed)
    more = next(rule for rule in BOOK.rules if rule.law == law and rule.finds == "any")
    assert any(more.reason == one.text for one in proposal.weighed)
    assert all(len(one.rule) <= 200 for one in proposal.weighed)


def test_business_is_asked_about_and_never_marked():
    proposal = propose(BOOK, document("Firmaets tilbudspris er hemmelig."))
    assert proposal.marks == ()
    assert any(one.is_for and "virksomhed" in one.text for one in proposal.weighed)


def test_before_the_law_nothing_is_proposed_by_it():
    old = document("Vi talte med Otto Opdigt.", on=dt.date(2010, 1, 1), is_internal=True)
    assert propose(BOOK, old).outcome == "release"
    assert proposing.OUTCOMES["release"] == "Udleveres"
