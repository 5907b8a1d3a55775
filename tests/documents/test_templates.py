# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Templates: what may be written, what is refused and why, and that facts make no structure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Facts, Heading, Listing
from kodeks.documents.templates import Fact, Kind, LetterType, TemplateError, fill, parse

TYPE = LetterType(
    name="prøve",
    title="Prøve",
    facts=(
        Fact(name="navn", explanation="Navn", example="Ane Prøve"),
        Fact(name="sagsnummer", explanation="Nummer", example="2026-0000001", needed=True),
        Fact(name="telefon", explanation="Nummer", example="12345678", optional=True),
        Fact(name="begrundelse", explanation="Hvorfor", example="Fordi.", kind=Kind.TEXT),
        Fact(name="indhold", explanation="Resten", example=("Et.",), kind=Kind.BLOCKS),
    ),
    subject="Om {navn}",
    body="Sag {sagsnummer}.",
)
BODY = """Kære {navn}.
Tak for sidst.

# Det sker der nu

- Vi læser sag {sagsnummer}.
- Vi svarer.

1. Først.
2. Så.

| Sag | {sagsnummer} |
| Navn | {navn} |

kun når {telefon} findes:
Ring til {telefon}.

{begrundelse}

{indhold}
"""
FACTS = {
    "navn": "Ane",
    "sagsnummer": "2026-0000007",
    "begrundelse": "Et.\n\nTo.",
    "indhold": (Heading("Mere"), "Slut."),
}


def read(body: str, subject: str = "Om {navn}"):
    return parse(TYPE, subject=subject, body=body)


def test_every_block_is_made_and_filled():
    filled = fill(read(BODY), FACTS | {"telefon": "87654321"})
    assert filled.subject == "Om Ane"
    assert filled.blocks == (
        "Kære Ane.\nTak for sidst.",
        Heading("Det sker der nu"),
        Listing(("Vi læser sag 2026-0000007.", "Vi svarer.")),
        Listing(("Først.", "Så."), numbered=True),
        Facts((("Sag", "2026-0000007"), ("Navn", "Ane"))),
        "Ring til 87654321.",
        "Et.\n\nTo.",
        Heading("Mere"),
        "Slut.",
    )


@pytest.mark.parametrize("absent", [{}, {"telefon": None}, {"telefon": "  "}])
def test_a_block_is_left_out_when_its_fact_is_not_there(absent):
    assert not any("Ring" in str(block) for block in fill(read(BODY), FACTS | absent).blocks)


GOOD = "Sag {sagsnummer}.\n\n"


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        (GOOD + "{ukendt}", 3, r"\{ukendt\} findes ikke i dette brev. Vælg"),
        (GOOD + "{navm}", 3, r"Mente du \{navn\}"),
        (GOOD + "{navn.__class__}", 3, "findes ikke"),
        (GOOD + "{{navn}}", 3, "må kun stå om navnet"),
        (GOOD + "{navn", 3, "må kun stå om navnet"),
        (GOOD + "navn}", 3, "må kun stå om navnet"),
        (GOOD + "{}", 3, "findes ikke"),
        (GOOD + "Ring til {telefon}.", 3, "er der ikke altid"),
        (GOOD + "kun når {telefon} findes:", 3, "ingen tekst under"),
        (GOOD + "kun når {navn} findes:\nx", 3, "er der altid"),
        (GOOD + "kun når {x} findes:\nx", 3, "findes ikke"),
        (GOOD + "Kun når telefon findes\nx", 3, "Skriv linjen sådan"),
        (GOOD + "Fordi {begrundelse}", 3, "skal stå alene"),
        (GOOD + "- {begrundelse}", 3, "skal stå alene"),
        (GOOD + "{indhold}\nmere", 3, "skal stå alene"),
        (GOOD + "# En\n# To", 3, "tom linje imellem"),
        (GOOD + "- et\nto", 3, "tom linje imellem"),
        (GOOD + "# ", 3, "mangler tekst"),
        (GOOD + "| kun navn |", 3, "skrives sådan"),
        (GOOD + "| a | b | c |", 3, "skrives sådan"),
        ("Uden nummer.", 1, r"skal sige \{sagsnummer\}"),
        ("", 1, "ingen tekst"),
        ("x" * 20_001, 1, "længere end"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(body, line, says):
    with pytest.raises(TemplateError, match=says) as refused:
        read(body)
    assert line in {problem.line for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("  ", "Skriv, hvad brevet handler om"),
        ("en\nto", "på én linje"),
        ("x" * 201, "på én linje"),
        ("{telefon}", "er der ikke altid"),
        ("{begrundelse}", "for lang til emnet"),
    ],
)
def test_a_wrong_subject_is_refused(subject, says):
    with pytest.raises(TemplateError, match=f"Emnet: .*{says}"):
        read(GOOD, subject)


def test_everything_wrong_is_said_at_once_in_the_order_of_the_lines():
    with pytest.raises(TemplateError) as refused:
        parse(TYPE, subject="{x}", body="{y}\n\n{navn")
    assert [problem.line for problem in refused.value.problems] == [0, 1, 3, 3]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"navn": None}, "navn mangler"),
        ({"navn": " \n "}, "navn mangler"),
        ({"ekstra": "x"}, "har ikke oplysningen ekstra"),
        ({"navn": ("x",)}, "anden slags"),
        ({"indhold": "x"}, "anden slags"),
    ],
)
def test_facts_that_do_not_fit_are_refused(changes, says):
    with pytest.raises(DocumentError, match=says):
        fill(read(BODY), FACTS | changes)


def test_a_letter_that_would_be_empty_is_refused():
    kind = LetterType(
        name="x",
        title="X",
        facts=(Fact(name="a", explanation="A", example="a", optional=True),),
        subject="X",
        body="kun når {a} findes:\n{a}",
    )
    with pytest.raises(DocumentError, match="ingen tekst"):
        fill(parse(kind, subject=kind.subject, body=kind.body), {})


NASTY = st.text(
    alphabet=st.sampled_from("{}|#-1. \n\r\t\u2028\x85\x0bæa_navnkuår:"), max_size=40
) | st.text(max_size=40)


@settings(max_examples=300)
@given(name=NASTY, number=NASTY, reason=NASTY)
def test_no_fact_makes_structure(name, number, reason):
    """Blocks are those of the template, and each holds its own text with the fact on one line."""
    given_ = FACTS | {"navn": f"A{name}", "sagsnummer": f"1{number}", "begrundelse": f"B{reason}"}
    blocks = fill(read(BODY), given_).blocks
    one, two = (" ".join(given_[key].split()) for key in ("navn", "sagsnummer"))
    assert blocks == (
        f"Kære {one}.\nTak for sidst.",
        Heading("Det sker der nu"),
        Listing((f"Vi læser sag {two}.", "Vi svarer.")),
        Listing(("Først.", "Så."), numbered=True),
        Facts((("Sag", two), ("Navn", one))),
        f"B{reason}".strip(),
        Heading("Mere"),
        "Slut.",
    )


@settings(max_examples=300)
@given(subject=NASTY, body=NASTY | st.lists(NASTY, max_size=5).map("\n\n".join))
def test_any_text_is_read_or_refused_in_danish(subject, body):
    try:
        template = read(body, subject)
    except TemplateError as refused:
        problems = refused.problems
    else:
        problems = None
        fill(template, FACTS | {"telefon": "1"})
    assert problems is None or all(one.sentence.endswith((".", "?", ":", "|")) for one in problems)
    assert problems != ()
