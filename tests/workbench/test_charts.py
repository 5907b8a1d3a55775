# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is drawn lies where the numbers say, and the table has them all."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kodeks.workbench import charts
from kodeks.workbench.charts import Amount, Chart, Estimate

EVIL = "\"><script>alert('x')</script>"
NAMES = {"id": "one", "title": "Indflydelse", "measure": "Indflydelse", "unit": "point"}


def estimate(
    value: float | None, low: float = 0.0, high: float = 0.0, name: str = "Maj"
) -> Estimate:
    return Estimate(label=name, short=name[:3], value=value, low=low, high=high, cases="40")


def drawn(chart: Chart) -> html.HtmlElement:
    return html.fromstring(
        f"<main>{render_to_string('components/chart.html', {'chart': chart})}</main>"
    )


def cells(page: html.HtmlElement) -> list[list[str]]:
    return [[cell.text_content() for cell in row] for row in page.iter("tr")]


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    return estimate(draw(st.sampled_from([value, None])), low, high)


many = st.lists(estimates(), min_size=1, max_size=30)
limits = st.none() | st.floats(0, 1)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (9, 10), (41, 60), (100, 100), (86_400, 100_000)]
)
def test_the_scale_is_round_and_its_half_is_whole(most: int, top: int) -> None:
    assert charts.scale(most) == top
    assert top % 2 == 0


def test_bars_stand_on_the_lowest_line_and_are_as_high_as_their_numbers() -> None:
    amounts = [
        Amount(
            label=f"{day}. maj 2026", short=f"{day}. maj", value=n, text=str(n), more=(str(n * 2),)
        )
        for day, n in enumerate((0, 1, 500, 1000), start=1)
    ]
    chart = charts.bars(id="b", title="Linjer", columns=("Dag", "Nye", "I alt"), amounts=amounts)
    base = max(line.y1 for line in chart.scale)
    assert [bar.height for bar in chart.bars] == [2, 80, 160]
    assert {bar.y + bar.height for bar in chart.bars} == {base}
    page = drawn(chart)
    assert cells(page)[:2] == [["Dag", "Nye", "I alt"], ["4. maj 2026 (indtil nu)", "1000", "2000"]]
    assert cells(page)[-1] == ["1. maj 2026", "0", "0"]
    assert [text.text for text in chart.beside] == ["1.000", "500", "0"]
    assert [text.text for text in chart.texts] == ["1. maj", "3. maj", "4. maj"]


def test_a_line_has_a_gap_where_there_is_no_number() -> None:
    values = [
        estimate(0.1, 0.0, 0.2),
        estimate(0.2, 0.1, 0.3),
        estimate(None),
        estimate(0.1, 0, 0.2),
    ]
    chart = charts.line(by="Måned", estimates=values, limit=0.1, **NAMES)
    assert chart.lines == ("125.0,135 375.0,81",)
    assert chart.bands == ("125.0,81 375.0,28 375.0,135 125.0,188",)
    # A month by itself has no line to lie on.
    assert [(span.x1, span.y1, span.y2) for span in chart.spans] == [("87.500%", 188, 81)]
    assert len(chart.dots) == 3
    assert [limit.y1 for limit in chart.limits] == [135]
    page = drawn(chart)
    assert cells(page)[:3] == [
        ["Måned", "Indflydelse", "Interval (95 %)", "Sager"],
        ["Maj", "10,0 point", "0,0 til 20,0 point", "40"],
        ["Maj", "Ingen tal", "Ingen tal", "40"],
    ]
    assert "Grænse: 10 point" in page.text_content()


def test_dots_are_told_in_words_too() -> None:
    values = [estimate(-0.05, -0.1, 0.0, "Nord"), estimate(None, name="Syd")]
    chart = charts.dots(by="Hold", estimates=values, limit=0.1, **NAMES)
    assert [(dot.x, dot.label) for dot in chart.dots] == [
        ("25.000%", "Nord: −5,0 point (−10,0 til 0,0 point)")
    ]
    assert [(span.x1, span.x2) for span in chart.spans] == [("0.000%", "50.000%")]
    words = drawn(chart).text_content()
    assert "Syd: ingen tal" in words
    assert [row[0] for row in cells(drawn(chart))] == ["Hold", "Nord", "Syd"]


@given(many, limits)
def test_nothing_is_drawn_outside(values: list[Estimate], limit: float | None) -> None:
    chart = charts.line(by="Måned", estimates=values, limit=limit, **NAMES)
    top, base = min(line.y1 for line in chart.scale), max(line.y1 for line in chart.scale)
    heights = [dot.y for dot in chart.dots] + [limit.y1 for limit in chart.limits]
    for points in (*chart.lines, *chart.bands):
        pairs = [point.split(",") for point in points.split()]
        heights += [int(y) for _, y in pairs]
        assert all(0 <= float(x) <= charts.WIDE for x, _ in pairs)
    assert all(top <= y <= base for y in heights)
    assert 2 <= len(chart.scale) <= 5
    across = charts.dots(by="Hold", estimates=values, limit=limit, **NAMES)
    places = [dot.x for dot in across.dots]
    places += [x for line in (*across.spans, *across.limits) for x in (line.x1, line.x2)]
    assert all(0 <= float(place.rstrip("%")) <= 100 for place in places)
    assert len(across.dots) == len(chart.dots) == sum(one.value is not None for one in values)


@given(many, limits)
def test_the_table_has_every_number(values: list[Estimate], limit: float | None) -> None:
    line = charts.line(by="Måned", estimates=values, limit=limit, **NAMES)
    dots = charts.dots(by="Måned", estimates=values, limit=limit, **NAMES)
    assert line.rows == dots.rows[::-1]
    assert len(line.rows) == len(values)


def test_the_drawing_has_words_for_those_who_cannot_see_it_and_no_style_of_its_own() -> None:
    page = drawn(charts.line(by="Måned", estimates=[estimate(0.1, 0, 0.2)] * 3, limit=0.1, **NAMES))
    (image,) = page.xpath("//svg[@role='img']")
    (title,) = page.xpath(f"//*[@id='{image.get('aria-labelledby')}']")
    assert title.text == "Indflydelse. Tallene står i tabellen herunder."
    assert page.xpath("//*[@style]|//style|//script") == []
    assert page.xpath("//div[@role='region']/@aria-label") == ["Indflydelse"]


def test_everything_given_is_escaped() -> None:
    names = dict.fromkeys(("id", "title", "measure", "unit", "by"), EVIL)
    values = [estimate(0.1, 0, 0.2, EVIL), estimate(None, name=EVIL)]
    amounts = [Amount(label=EVIL, short=EVIL, value=1, text=EVIL, more=(EVIL,))]
    for chart in (
        charts.line(estimates=values, limit=0.1, **names),
        charts.dots(estimates=values, limit=0.1, **names),
        charts.bars(id=EVIL, title=EVIL, columns=(EVIL,) * 3, amounts=amounts),
    ):
        assert drawn(chart).xpath("//script") == []


def test_a_chart_without_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="needs numbers"):
        charts.bars(id="b", title="Linjer", columns=("Dag", "Nye"), amounts=[])
    for draw in (charts.line, charts.dots):
        with pytest.raises(ValueError, match="needs numbers"):
            draw(by="Hold", estimates=[], **NAMES)
