# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts find their subjects, and what each word gives is the score."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.engine import reasons
from kodeks.casework.engine.index import KleIndex
from kodeks.casework.engine.phrases import Subject
from kodeks.language import embeddings

LIST = (
    Subject("05.01.08", "Vedligeholdelse af veje", (("hul i vejen", 5), ("asfalt", 5))),
    Subject("05.09.02", "Parkeringslicenser", (("beboerlicens", 5), ("parkering", 5))),
    Subject("05.09.04", "Parkeringsafgifter", (("parkering", 5), ("parkeringsbøde", 1000))),
    Subject("06.02.11", "Vandløb", (("Vandløbsloven §27", 5), ("Vandløbsloven §31", 5))),
    Subject("06.02.16", "Broer", (("Vandløbsloven §47", 5), ("Vandløbsloven §48", 5))),
    Subject("09.13.01", "Rottebekæmpelse", (("rotte", 5), ("skadedyr", 5), ("bekæmpelse", 5))),
    Subject("32.03.16", "Førtidspension", (("sp216", 1000), ("sp 217", 1000))),
    Subject("83.00.00", "§§§"),
)
INDEX = KleIndex(LIST)
KNOWING = KleIndex(LIST, words=embeddings.word_points())
"""Knows what words mean."""
WORDS = ("rotter", "hul", "vejen", "parkering", "§ 29", "vandløbsloven", "sp", "216", "af", "i")


def best(text: str) -> str:
    (found,) = INDEX.suggest([text], top=1)
    return found[0].number if found else ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Der er rotter i min kælder", "09.13.01"),
        ("rottebekæmpelsen virker ikke", "09.13.01"),
        ("Der er et stort hul i vejen ved Testvej 3", "05.01.08"),
        ("asfaltarbejdet er ikke færdigt", "05.01.08"),
        ("Jeg har fået en parkeringsbøde", "05.09.04"),
        ("efter vandløbslovens § 29", "06.02.11"),
        ("§ 46 i vandløbsloven", "06.02.16"),
        ("blanket SP 218", "32.03.16"),
        ("rotetr", "09.13.01"),
        ("xyzqv", ""),
        ("", ""),
        ("0101010000", ""),
    ],
)
def test_a_text_finds_its_subject(text, number):
    assert best(text) == number


def test_a_group_is_preferred_where_its_subjects_agree():
    (found,) = INDEX.suggest(["parkering"])
    assert {one.number for one in found[:2]} == {"05.09.02", "05.09.04"}
    assert all(one.score >= other.score for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("index", [INDEX, KNOWING])
@settings(deadline=None, max_examples=50)
@given(words=st.lists(st.sampled_from(WORDS)))
def test_words_shares_add_up_to_the_score(index, words):
    (found,) = index.suggest([" ".join(words)], top=8)
    for one in found:
        assert sum(share for _, share in one.words) == pytest.approx(1)
        assert 0 < one.score <= 1 + 1e-9
        assert 0 <= one.meaning <= 1 + 1e-9
        assert index is KNOWING or one.meaning == 0


def test_the_numbers_alone_are_those_of_the_suggestions():
    texts = ["rotter og parkering", "", "xyzqv", "hul i vejen efter vandløbslovens § 29"]
    for index in (INDEX, KNOWING):
        suggested = [[one.number for one in found] for found in index.suggest(texts, top=3)]
        assert list(index.numbers(texts, top=3)) == suggested


def test_a_word_that_the_list_lacks_is_found_by_its_meaning_and_that_is_told():
    """»Bilen« and »holder« have two or three letters in common with words of the list."""
    text = "bilen holder ulovligt"
    plain, knowing = (next(index.suggest([text], top=8)) for index in (INDEX, KNOWING))
    place = [one.number for one in knowing].index("05.09.04")
    assert place <= [one.number for one in plain].index("05.09.04")
    assert knowing[place].meaning > 0.1
    assert "kommer af, hvad ordene betyder" in reasons.reason(knowing[place])
    assert "betyder" not in reasons.reason(plain[0])


def test_a_phrase_of_the_list_is_found_by_its_words_first():
    (best,) = next(KNOWING.suggest(["parkeringsbøde"], top=1))
    assert best.number == "05.09.04"
    assert best.meaning < 0.5


def test_leaving_out_a_word_with_no_share_changes_nothing():
    (long,), (short,) = (list(INDEX.suggest([text])) for text in ("rotter xq", "rotter"))
    assert [(a.number, pytest.approx(a.score)) for a in long] == [
        (b.number, b.score) for b in short
    ]


def test_small_words_lead_to_nothing_in_a_letter():
    index = KleIndex([*LIST, Subject("00.14.00", "Det, vi ikke har")])
    letter = "Hej. Vi har ikke set det før, men nu er der rotter hos os."
    assert {word for word, _ in next(index.suggest([letter]))[0].words} == {"rotter"}
    assert next(index.suggest(["det vi ikke har"]))[0].number == "00.14.00"
    assert next(index.suggest(["vi har det og det har vi ikke og ikke os"]))[0].number == "00.14.00"


def test_each_text_is_answered_by_itself():
    texts = ["rotter", "hul i vejen", "", "sp 216"]
    together = list(INDEX.suggest(texts))
    assert together == [next(INDEX.suggest([text])) for text in texts]


def test_what_is_hidden_or_points_at_a_person_is_not_read():
    seen = INDEX.suggest(["hul i vejen <!-- rotter rotter --> 010101-0000 a.rotte@example.com"])
    assert {word for one in next(seen) for word, _ in one.words} <= {"hul", "i", "vejen"}


def test_a_keyword_of_several_numbers_is_most_of_that_where_it_weighs_most():
    def first(weights: tuple[int, int]) -> list[str]:
        each = zip(("05.01.08", "06.02.16"), ("Vedligehold", "Broer"), weights, strict=True)
        several = [Subject(number, title, (("gangbro", weight),)) for number, title, weight in each]
        (found,) = KleIndex([*several, *LIST[1:4]]).suggest(["gangbroen"])
        return [one.number for one in found[:2]]

    assert first((5, 1000)) == ["06.02.16", "05.01.08"]
    assert first((1000, 5)) == ["05.01.08", "06.02.16"]


@pytest.mark.parametrize("subjects", [(), LIST[-1:], (Subject("05.01.08", ""),)])
def test_a_list_without_words_suggests_nothing(subjects):
    assert next(KleIndex(subjects).suggest(["rotter"])) == []


def test_a_very_long_text_is_answered():
    (found,) = INDEX.suggest(["rotter og " * 9000 + "x" * 9000], top=1)
    assert found[0].number == "09.13.01"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text):
    (found,) = INDEX.suggest([text])
    assert len({one.number for one in found}) == len(found) <= 5
    for one in found:
        assert reasons.reason(one).endswith((".", "«."))


@given(
    st.lists(
        st.builds(
            Subject,
            st.from_regex(r"\A[0-9]{2}\.[0-9]{2}\.[0-9]{2}\Z"),
            st.text(max_size=20),
            st.lists(st.tuples(st.text(max_size=9), st.integers(0, 10**6)), max_size=3).map(tuple),
        ),
        max_size=6,
        unique_by=lambda one: one.number,
    ),
    st.text(max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_any_list_and_text(subjects, text):
    (found,) = KleIndex(subjects).suggest([text])
    assert {one.number for one in found} <= {one.number for one in subjects}
