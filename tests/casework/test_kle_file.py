# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The file of OS2KLE is read whole or not at all, and every bad line is told by its number."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.casework import kle_file
from kodeks.casework.kle_file import FileSubject, KleFileError, read

GOOD = "KLENummer='05.01.08':KLETitel='Vedligeholdelse af veje':Keywords[Weight]:hul[5];asfalt[100]"
OTHER = "KLENummer='09.13.01':KLETitel='Rotter':Keywords[Weight]:"


def refusal(text: str) -> str:
    with pytest.raises(KleFileError) as refused:
        read(text.encode())
    assert str(refused.value).endswith("Intet er indlæst.")
    return str(refused.value)


def test_numbers_titles_and_weighted_words() -> None:
    assert read(f"{GOOD}\n{OTHER}\n".encode()).subjects == (
        FileSubject(
            number="05.01.08",
            title="Vedligeholdelse af veje",
            words=(("hul", 5), ("asfalt", 100)),
        ),
        FileSubject(number="09.13.01", title="Rotter"),
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_end_with_or_without_a_byte_order_mark(end: str, mark: str) -> None:
    found = read((mark + GOOD + end + OTHER + end).encode())
    assert [one.number for one in found.subjects] == ["05.01.08", "09.13.01"]


@pytest.mark.parametrize(
    "title", ["Børn og unges 'fritid'", "O'Briens plads", "Lov om »x«: y;z[5]"]
)
def test_a_title_may_hold_quotes(title: str) -> None:
    (found,) = read(GOOD.replace("Vedligeholdelse af veje", title).encode()).subjects
    assert (found.title, len(found.words)) == (title, 2)


def test_a_word_counts_once_with_its_greatest_weight() -> None:
    text = OTHER + "Rotte[5];rotte[50];ROTTE[7];rot\u00adte[6];gnaver[1]; ;"
    (found,) = read(text.encode()).subjects
    assert found.words == (("Rotte", 50), ("gnaver", 1))


def test_a_group_is_left_out_and_named() -> None:
    group = GOOD.replace("05.01.08", "86.01")
    found = read(f"{group}\n{OTHER}".encode())
    assert (found.groups, len(found.subjects)) == (("86.01",), 1)


def test_each_bad_line_is_told_with_its_number() -> None:
    said = refusal(
        "\n".join(
            (
                GOOD,
                "noget andet",
                GOOD.replace("05.01.08", "5.1.8"),
                GOOD,
                OTHER.replace("Rotter", " "),
                OTHER.replace("09.13.01", "09.13.02") + "uden vægt",
                OTHER.replace("09.13.01", "09.13.03") + "ord[99999999]",
            )
        )
    )
    lines = said.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        f"Linje {number}" for number in (2, 3, 4, 5, 6, 7)
    ]
    assert "5.1.8 er ikke et KLE-nummer" in lines[1]
    assert "står også på linje 1" in lines[2]
    assert "uden vægt" in lines[4]


def test_no_more_than_20_lines_are_told() -> None:
    said = refusal("forkert\n" * 33)
    assert len(said.splitlines()) == kle_file.MOST_FAULTS + 2
    assert "Der er 13 linjer mere med fejl." in said


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(KleFileError, match="ingen KLE-numre"):
        read(content)


@pytest.mark.parametrize("content", ["é".encode("cp1252") + GOOD.encode(), GOOD.encode("utf-16")])
def test_what_is_not_utf_8_is_refused(content: bytes) -> None:
    with pytest.raises(KleFileError):
        read(content)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        found = read(content)
    except KleFileError:
        return
    assert found.subjects or found.groups


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=20)
_LINE = st.builds(
    lambda number, title, words: (
        f"KLENummer='{number}':KLETitel='{title}':Keywords[Weight]:{words}"
    ),
    st.from_regex(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2})?", fullmatch=True) | _TEXT,
    _TEXT,
    _TEXT | st.from_regex(r"([a-zæøå]{1,5}\[[0-9]{1,4}\];){0,4}", fullmatch=True),
)


@given(st.lists(_LINE | _TEXT, max_size=6), st.sampled_from(("\n", "\r\n", "\r")))
def test_what_is_read_is_whole_and_comes_again_when_it_is_written(
    lines: list[str], end: str
) -> None:
    try:
        found = read(end.join(lines).encode())
    except KleFileError:
        return
    numbers = [one.number for one in found.subjects]
    assert len(set(numbers)) == len(numbers)
    written = "\n".join(
        f"KLENummer='{one.number}':KLETitel='{one.title}':Keywords[Weight]:"
        + ";".join(f"{word}[{weight}]" for word, weight in one.words)
        for one in found.subjects
    )
    if found.subjects:
        assert read(written.encode()).subjects == found.subjects


def test_the_real_file_is_read(data_folder: Path) -> None:
    path = data_folder / "inquiries" / "os2kle" / "OS2KLE-3.22.txt"
    if not path.is_file():
        pytest.skip("needs inquiries/os2kle in KODEKS_DATA")
    found = read(path.read_bytes())
    assert (len(found.subjects), found.groups) == (2379, ("86.01",))
    assert sum(len(one.words) for one in found.subjects) > 25_000
