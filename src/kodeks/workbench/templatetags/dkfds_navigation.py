# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Ways around the site: `{% load dkfds_navigation %}`, or with everything `{% load dkfds %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from kodeks.web import paging
from kodeks.workbench import components

register = template.Library()

SOLUTION_TITLE = "Kodeks"


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*entries: Any) -> dict[str, Any]:
    """`{% breadcrumbs "Forside" "/" "Henvendelser" %}`: text and address by turns, or one list.

    The last text, without an address, is the page itself.
    """
    if len(entries) == 1 and not isinstance(entries[0], str):
        parts = list(entries[0])
    else:
        flat = [*entries, ""] if len(entries) % 2 else list(entries)
        parts = [
            {"text": text, "href": href} for text, href in zip(flat[::2], flat[1::2], strict=True)
        ]
    return {"entries": parts}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: paging.Page, *, label: str = "Paginering") -> Any:
    """Links to the pages of a list: `?side=n`, and the rest of the query stays. Where the list is
    not counted to its end, there is no link to the last page."""
    query = context["request"].GET
    return {
        "label": label,
        "page": page,
        "current": page.number,
        "total": page.pages,
        "entries": components.page_links(page, query),
        "at_first": page.number == 1,
        "at_last": not page.follows,
        "first": components.page_href(query, 1),
        "previous": components.page_href(query, max(1, page.number - 1)),
        "next": components.page_href(query, page.number + page.follows),
        "last": components.page_href(query, page.pages) if page.pages else "",
    }


@register.simple_tag
def rows_shown(page: paging.Page) -> str:
    """Which rows of the list the page holds, as a sentence: »Viser 1–25 af mere end 1.000.«"""
    return f"Viser {paging.grouped(page.first)}–{paging.grouped(page.last)} af {page.total}."


@register.inclusion_tag("components/navigation_tabs.html")
def tabs(entries: Iterable[Mapping[str, object]], *, label: str) -> dict[str, Any]:
    """Tabs that are links: mappings with text, href, and current, icon if wished."""
    return {"entries": list(entries), "label": label}


@register.inclusion_tag("components/side_navigation.html")
def side_navigation(entries: Iterable[Mapping[str, object]], *, label: str) -> dict[str, Any]:
    """A menu beside the content: mappings with text, href, and current, information if wished."""
    return {"entries": list(entries), "label": label}


@register.inclusion_tag("components/skip_link.html")
def skip_link(
    text: str = "Gå til sidens indhold", *, href: str = "#main-content"
) -> dict[str, Any]:
    """The first link of a page."""
    return {"text": text, "href": href}


@register.inclusion_tag("components/step_indicator.html")
def step_indicator(steps: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Steps: mappings with text, and href, state (number, success, error), current, disabled,
    helptext if wished."""
    return {"steps": [_step(step, number) for number, step in enumerate(steps, start=1)]}


def _step(step: Mapping[str, Any], number: int) -> dict[str, Any]:
    state = step.get("state", "number")
    marks = (("disabled", step.get("disabled")), ("current", step.get("current")))
    classes = [name for name, is_on in marks if is_on]
    labels = {"success": f"Trin {number} gennemført", "error": f"Fejl i trin {number}"}
    if state == "error":
        classes.append("error")
    return {
        **step,
        "state": state,
        "classes": " ".join(classes),
        "state_label": labels.get(state, ""),
    }


@register.inclusion_tag("components/back_link.html")
def back_link(href: str, text: str = "Tilbage") -> dict[str, Any]:
    return {"href": href, "text": text}


@register.inclusion_tag("components/header.html", takes_context=True)
def portal_header(context: template.Context) -> dict[str, Any]:
    """The page's head: municipality, user, menu (context processor `site`)."""
    return {**context.flatten(), "solution_title": SOLUTION_TITLE}


@register.inclusion_tag("components/footer.html", takes_context=True)
def portal_footer(context: template.Context) -> dict[str, Any]:
    return {"municipality": context["municipality"], "was_url": context["was_url"]}
