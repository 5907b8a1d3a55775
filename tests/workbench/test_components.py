# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the components do beyond looking as dkfds says: escape, link, mark."""

from itertools import pairwise

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kodeks.web import paging
from kodeks.workbench import components

EVIL = "\"><script>alert('x')</script>"


def draw(source: str, **context: object) -> str:
    return Template("{% load dkfds %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{% button evil name=evil value=evil id=evil classes=evil hx_get=evil %}",
        "{% button_link evil evil %}",
        "{% textfield evil name=evil value=evil helptext=evil error=evil suffix=evil %}",
        "{% textarea evil name=evil value=evil %}",
        "{% select evil choices name=evil %}",
        "{% radios evil choices name=evil error=evil %}",
        "{% checkboxes evil choices name=evil %}",
        "{% checkbox evil name=evil value=evil %}",
        "{% alert 'error' heading=evil %}{{ evil }}{% endalert %}",
        "{% table label=evil %}<tr><td>{{ evil }}</td></tr>{% endtable %}",
        "{% card heading=evil subheading=evil href=evil %}{{ evil }}{% endcard %}",
        "{% accordion %}{% accordion_item evil id=evil %}{{ evil }}{% endaccordion_item %}"
        "{% endaccordion %}",
        "{% details evil %}{{ evil }}{% enddetails %}",
        "{% description_list pairs %}",
        "{% badge evil evil %}",
        "{% tag evil href=evil %}",
        "{% breadcrumbs evil evil evil %}",
        "{% tabs entries label=evil %}",
        "{% side_navigation entries label=evil %}",
        "{% step_indicator entries %}",
        "{% back_link evil evil %}",
        "{% function_link evil evil icon=evil %}",
        "{% icon evil evil evil %}",
    ],
)
def test_everything_given_is_escaped(source: str) -> None:
    drawn = draw(
        source,
        evil=EVIL,
        choices=[(EVIL, EVIL)],
        pairs=[(EVIL, EVIL)],
        entries=[{"text": EVIL, "href": EVIL, "helptext": EVIL, "information": EVIL}],
    )
    assert EVIL[2:] not in drawn
    assert not html.fromstring(f"<div>{drawn}</div>").xpath("//script")
    assert "&lt;script&gt;" in drawn


def test_an_unknown_parameter_is_an_error() -> None:
    with pytest.raises(TypeError, match="onclick"):
        draw("{% button 'Gem' onclick='x' %}")


def test_a_heading_level_is_one_of_html_s() -> None:
    with pytest.raises(ValueError, match="heading level"):
        draw("{% alert 'info' heading='x' heading_level='script' %}x{% endalert %}")


def test_htmx_parameters_become_attributes() -> None:
    assert 'hx-get="/a?b=1&amp;c=2"' in draw("{% button 'Hent' hx_get=to %}", to="/a?b=1&c=2")


@given(total=st.integers(1, 60), data=st.data())
def test_the_pages_shown_hold_the_ends_and_the_current(total: int, data: st.DataObject) -> None:
    current = data.draw(st.integers(1, total))
    shown = components.shown_pages(current=current, total=total)
    numbers = [number for number in shown if number]
    assert len(shown) <= 7
    assert numbers == sorted(set(numbers))
    assert {1, current, total} <= set(numbers)
    for before, after in pairwise(shown):
        assert 0 in (before, after) or after == before + 1


def test_the_pagination_keeps_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/", {"side": "2", "q": "æble & co"})
    page = paging.page(request, range(50), size=10)
    drawn = html.fromstring(draw("{% pagination page %}", request=request, page=page))
    (following,) = drawn.xpath("//a[contains(@class, 'button-next')]/@href")
    assert QueryDict(following[1:]).dict() == {"side": "3", "q": "æble & co"}


def test_one_page_needs_no_pagination() -> None:
    request = RequestFactory().get("/")
    page = paging.page(request, [1], size=10)
    assert not draw("{% pagination page %}", request=request, page=page).strip()


@pytest.mark.parametrize("asked", [1, 3, 20, 47])
def test_a_list_that_is_not_counted_to_its_end_has_no_last_page(asked: int) -> None:
    request = RequestFactory().get("/", {"side": asked})
    page = paging.page(request, range(1200), size=25)
    drawn = html.fromstring(draw("{% pagination page %}", request=request, page=page))
    assert not drawn.xpath("//a[contains(@class, 'button-last')]")
    (following,) = drawn.xpath("//a[contains(@class, 'button-next')]")
    assert "hidden" not in following.get("class").split()
    assert following.get("href") == f"?side={asked + 1}"
    (current,) = drawn.xpath("//a[@aria-current='page']")
    assert current.text == str(asked)
    assert drawn.xpath("//li")[-1].get("class") == "pagination-item pagination-overflow"


def test_the_page_that_turns_out_to_be_the_last_says_so() -> None:
    request = RequestFactory().get("/", {"side": 48})
    page = paging.page(request, range(1200), size=25)
    drawn = html.fromstring(draw("{% pagination page %}", request=request, page=page))
    (following,) = drawn.xpath("//a[contains(@class, 'button-next')]")
    assert "hidden" in following.get("class").split()
    assert drawn.xpath("//li//a")[-1].get("aria-current") == "page"
    assert draw("{% rows_shown page %}", page=page) == "Viser 1.176–1.200 af 1.200."


class ExampleForm(forms.Form):
    name = forms.CharField(label="Navn", help_text="Fulde navn")
    reason = forms.CharField(label="Begrundelse", widget=forms.Textarea, required=False)
    unit = forms.ChoiceField(label="Enhed", choices=[("a", "A"), ("b", "B")])
    choice = forms.ChoiceField(
        label="Valg", choices=[("x", "X"), ("y", "Y")], widget=forms.RadioSelect
    )
    subjects = forms.MultipleChoiceField(
        label="Emner", choices=[("1", "Et"), ("2", "To")], widget=forms.CheckboxSelectMultiple
    )
    read = forms.BooleanField(label="Læst")
    secret = forms.CharField(label="Kode", widget=forms.PasswordInput)

    def clean(self) -> None:
        self.add_error(None, "Hele formularen er forkert.")


ALL_FIELDS = "{% for field in form %}{% field field %}{% endfor %}"


def test_a_form_s_fields_keep_what_was_typed_but_for_passwords() -> None:
    typed = QueryDict(mutable=True)
    typed.update({"name": "Jens", "reason": "fordi", "unit": "b", "choice": "y", "secret": "hys"})
    typed.setlist("subjects", ["1", "2"])
    drawn = html.fromstring(f"<div>{draw(ALL_FIELDS, form=ExampleForm(typed))}</div>")
    assert drawn.xpath("//input[@name='name']/@value") == ["Jens"]
    assert drawn.xpath("//textarea")[0].text.strip() == "fordi"
    assert drawn.xpath("//option[@selected]/@value") == ["b"]
    assert drawn.xpath("//input[@type='radio'][@checked]/@value") == ["y"]
    assert drawn.xpath("//input[@name='subjects'][@checked]/@value") == ["1", "2"]
    assert not drawn.xpath("//input[@name='secret']/@value")
    assert not drawn.xpath("//input[@name='read']/@checked")


def test_every_link_of_the_error_summary_leads_to_a_control() -> None:
    form = ExampleForm({})
    drawn = html.fromstring(
        f"<div>{draw('{% error_summary form %}' + ALL_FIELDS, form=form)}</div>"
    )
    targets = [href[1:] for href in drawn.xpath("//*[@data-module='error-summary']//a/@href")]
    ids = set(drawn.xpath("//input/@id | //select/@id | //textarea/@id"))
    assert len(targets) == 6
    assert set(targets) <= ids
    assert "Hele formularen er forkert." in drawn.text_content()


def test_the_confirmation_is_a_form_with_a_token() -> None:
    source = "{% confirm 'Stands' action='/stands/' text='Ja' %}<p>Sikker?</p>{% endconfirm %}"
    drawn = html.fromstring(f"<div>{draw(source, csrf_token='secret')}</div>")
    assert drawn.xpath("//details//form[@method='post']/@action") == ["/stands/"]
    assert drawn.xpath("//input[@name='csrfmiddlewaretoken']/@value") == ["secret"]
    assert drawn.xpath("//form//p/text()") == ["Sikker?"]
