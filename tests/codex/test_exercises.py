# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Files of exercises: what is read, what is refused and in which words, and the shipped one."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import drilled
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.codex import exercises
from kodeks.codex.reader import CardError
from kodeks.language.lix import lix

FILE = drilled.text("inquiries", wrong=2, right=1)
SHIPPED = exercises.load((files("kodeks.inquiries") / "exercises.toml").read_text(encoding="utf-8"))


def test_a_file_is_read():
    found = exercises.load(FILE)
    assert found.system == "inquiries"
    assert dict(found.answers) == drilled.ANSWERS
    assert [one.wrong for one in found.exercises] == [True, True, False]
    first = found.exercise("oevelse_00")
    assert (first.title, first.suggestion, first.right) == ("Øvelse: Nr. 0", "rotter", "stoej")
    assert (first.reasons_for, first.reasons_against) == (("Ordet gnaver",), ())
    with pytest.raises(KeyError):
        found.exercise("findesikke")


def test_what_is_registered_is_read_back_the_same():
    assert exercises.of_content(SHIPPED.content) == SHIPPED


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('system = "inquiries"', "", "mangler `system`"),
        ('system = "inquiries"', 'system = "inquiries"\nmere = 1', "ikke kendes: mere"),
        ('stoej = "Støj"\n', "", "mindst to svar"),
        ('stoej = "Støj"', 'Stoej = "Støj"', "Svaret Stoej"),
        ("[[exercise]]", "[[oevelse]]", "ikke kendes: oevelse"),
        ('title = "Øvelse: Nr. 0"', 'title = "Nr. 0"', "skal `title` begynde med »Øvelse: «"),
        ('title = "Øvelse: Nr. 0"', f'title = "Øvelse: {"x" * 120}"', "højst fylde 120 tegn"),
        ('id = "oevelse_00"', 'id = "Nr 0"', "små bogstaver"),
        ('id = "oevelse_00"', 'id = "oevelse_01"', "har samme id"),
        ("sag nr. 0 fra", "sag nr. 1 fra", "har samme tekst"),
        ("sag nr. 0 fra", "sag om 010190-1234 fra", "ligner et CPR-nummer"),
        ('why = "Det er opdigtet."', "", "mangler `why`"),
        ('right = "stoej"', 'right = "larm"', "er `right` sat til larm"),
        ('suggestion = "rotter"', 'suggestion = "mus"', "er `suggestion` sat til mus"),
        ('right = "rotter"', 'right = "stoej"', "Nogle forslag skal være forkerte"),
        ('["Ordet gnaver"]', "[]", "liste med tekster"),
        ('["Ordet gnaver"]', '["a", "a"]', "to gange"),
        ('["Ordet gnaver"]', '["a", "b", "c", "d", "e", "f", "g"]', "højst have 6 hensyn"),
        ('["Ordet gnaver"]', f'["{"x" * 301}"]', "højst have 6 hensyn"),
        ("[answers]", "[answers", "kan ikke læses som TOML"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(old, new, sentence):
    assert old in FILE
    changed = FILE.replace(old, new, 1)
    with pytest.raises(CardError, match=re.escape(sentence)):
        exercises.load(changed)


def test_too_many_are_refused():
    with pytest.raises(CardError, match="højst være 500"):
        exercises.load(drilled.text("inquiries", wrong=500, right=1))


_KEYS = st.sampled_from(
    ["id", "title", "text", "suggestion", "reasons_for", "reasons_against", "right", "why", "x"]
)
_VALUES = st.one_of(
    st.text(max_size=30),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["rotter", "stoej", "Øvelse: x", "010190-1234"]),
)


def _toml(value: Any) -> str:
    """As TOML; a text is written with escapes, so that any text can stand there."""
    if isinstance(value, str):
        escaped = "".join(
            sign if sign.isalnum() or sign in " :-" else f"\\U{ord(sign):08x}" for sign in value
        )
        return f'"{escaped}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return "{}" if value is None else str(value)


@settings(max_examples=150, deadline=None)
@given(changes=st.dictionaries(_KEYS, _VALUES, max_size=3), gone=st.sets(_KEYS, max_size=2))
def test_whatever_stands_in_an_exercise_it_is_whole_or_refused(changes, gone):
    """Never another error, and what is taken is an exercise that can be told from a case."""
    head, first, *rest = FILE.split("[[exercise]]")
    lines = dict(line.split(" = ", 1) for line in first.strip().splitlines())
    lines |= {key: _toml(value) for key, value in changes.items()}
    row = "\n".join(f"{key} = {value}" for key, value in lines.items() if key not in gone)
    text = "[[exercise]]".join([head, f"\n{row}\n", *rest])
    try:
        found = exercises.load(text)
    except CardError:
        return
    assert exercises.of_content(found.content) == found
    for one in found.exercises:
        assert one.title.startswith(exercises.MARK)
        assert one.suggestion in found.answers
        assert one.right in found.answers
        assert one.reasons_for


def test_the_shipped_file_is_enough_for_a_round_and_easy_to_read():
    wrong = [one for one in SHIPPED.exercises if one.wrong]
    assert len(wrong) >= 18
    assert len(SHIPPED.exercises) - len(wrong) >= 6
    assert {one.right for one in SHIPPED.exercises} <= set(SHIPPED.answers)
    texts = " ".join(f"{one.text} {one.why}" for one in SHIPPED.exercises)
    assert lix(texts) <= 35
    # A wrong suggestion is no giveaway: what speaks for it and against it is there in both kinds.
    assert all(one.reasons_against for one in wrong)
