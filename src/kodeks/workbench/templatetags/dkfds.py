# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Template tags for Det Fælles Designsystem's components: `{% load dkfds %}`.

Everything is autoescaped. The DOM equals what dkfds's own macros give (tests/workbench compares).
Any control takes `hx_*`, `data_*` and `aria_*` parameters as attributes.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kodeks.workbench import components, wording
from kodeks.workbench.templatetags import dkfds_forms, dkfds_navigation

register = template.Library()
# One load for a page; the parts can be loaded alone too.
register.tags |= dkfds_forms.register.tags | dkfds_navigation.register.tags

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "strong"})
_ICON_LABELS = {
    "info": "Information",
    "success": "Succes",
    "warning": "Advarsel",
    "error": "Fejl",
}


def _heading(level: str) -> str:
    if level not in _HEADINGS:
        raise ValueError(f"not a heading level: {level}")
    return level


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; without `label` it is decoration."""
    # Not a template: the line break that ends a file would be underlined in links.
    return format_html(
        '<svg class="icon-svg{}"{} focusable="false"{}><use href="{}#{}"></use></svg>',
        f" {classes}" if classes else "",
        flatatt({"aria-label": label} if label else {}),
        flatatt({} if label else {"aria-hidden": "true"}),
        static("dkfds/img/all-svg-icons.svg"),
        name,
    )


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    *,
    variant: str = "primary",
    type: str = "submit",
    id: str = "",
    name: str = "",
    value: str = "",
    icon: str = "",
    sr_only: str = "",
    classes: str = "",
    disabled: bool = False,
    **extra: object,
) -> dict[str, Any]:
    """A button; variants: primary, secondary, tertiary, warning, icon-only."""
    return {
        "text": text,
        "variant": variant,
        "type": type,
        "id": id,
        "name": name,
        "value": value,
        "icon": icon,
        "sr_only": sr_only,
        "classes": classes,
        "disabled": disabled,
        "attributes": components.attributes(extra),
    }


@register.inclusion_tag("components/button_link.html")
def button_link(
    text: str,
    href: str,
    *,
    variant: str = "primary",
    icon: str = "",
    sr_only: str = "",
    classes: str = "",
    **extra: object,
) -> dict[str, Any]:
    """A link that looks like a button."""
    return {
        "text": text,
        "href": href,
        "variant": variant,
        "icon": icon,
        "sr_only": sr_only,
        "classes": classes,
        "attributes": components.attributes(extra),
    }


@register.simple_block_tag
def alert(
    content: SafeString,
    variant: str = "info",
    *,
    heading: str = "",
    heading_level: str = "h2",
    paragraph: bool = True,
    quiet: bool = False,
    classes: str = "",
    **extra: object,
) -> SafeString:
    """`{% alert "warning" heading="..." %}text{% endalert %}`; variants as in _ICON_LABELS.

    `paragraph=False` when the content has blocks of its own; `quiet` leaves out role=alert,
    which warnings and errors have.
    """
    role = "alert" if variant in {"warning", "error"} and not quiet else ""
    return render_to_string(
        "components/alert.html",
        {
            "variant": variant,
            "icon": variant,
            "icon_label": wording.say(_ICON_LABELS[variant], get_language() or "da"),
            "heading": heading,
            "heading_level": _heading(heading_level),
            "content": content,
            "paragraph": paragraph,
            "role": role,
            "classes": classes,
            "attributes": components.attributes(extra),
        },
    )


@register.simple_block_tag
def table(
    content: SafeString,
    *,
    label: str = "",
    id: str = "",
    responsive: str = "md",
    zebra: bool = False,
    compact: bool = False,
) -> SafeString:
    """`{% table label="Sager" %}<thead>..</thead><tbody>..</tbody>{% endtable %}`.

    On screens narrower than `responsive` (sm, md, lg, "" for never) each cell gets its header.
    """
    return render_to_string(
        "components/table.html",
        {
            "content": content,
            "label": label,
            "id": id,
            "responsive": responsive,
            "zebra": zebra,
            "compact": compact,
        },
    )


@register.simple_block_tag
def card(
    content: SafeString,
    *,
    heading: str = "",
    heading_level: str = "h2",
    subheading: str = "",
    href: str = "",
    id: str = "",
    long: bool = False,
) -> SafeString:
    """A card; with `href` the whole card is a link."""
    return render_to_string(
        "components/card.html",
        {
            "content": content,
            "heading": heading,
            "heading_level": _heading(heading_level),
            "subheading": subheading,
            "href": href,
            "id": id,
            "long": long,
        },
    )


@register.simple_block_tag
def accordion(content: SafeString) -> SafeString:
    """Holds `accordion_item`s. Needs JavaScript to open; use `details` for what must be read."""
    return render_to_string("components/accordion.html", {"content": content})


@register.simple_block_tag
def accordion_item(
    content: SafeString,
    title: str,
    *,
    id: str,
    heading_level: str = "h3",
    expanded: bool = False,
    variant: str = "",
) -> SafeString:
    """One part of an accordion; variants as for alerts."""
    return render_to_string(
        "components/accordion_item.html",
        {
            "content": content,
            "title": title,
            "id": id,
            "heading_level": _heading(heading_level),
            "expanded": expanded,
            "icon": variant,
            "icon_label": _ICON_LABELS.get(variant, ""),
        },
    )


@register.simple_block_tag
def details(content: SafeString, summary: str, *, open: bool = False, id: str = "") -> SafeString:
    """Text that can be folded out, also without JavaScript."""
    return render_to_string(
        "components/details.html",
        {"content": content, "summary": summary, "open": open, "id": id},
    )


@register.simple_block_tag(takes_context=True)
def confirm(
    context: template.Context,
    content: SafeString,
    summary: str,
    *,
    action: str,
    text: str,
    variant: str = "warning",
    name: str = "",
    value: str = "",
    id: str = "",
) -> SafeString:
    """Asks before an act, without a modal window: fold out `summary`, read, press `text`.

    The content is the question, and may hold fields; the form is sent with POST to `action`.
    """
    return render_to_string(
        "components/confirm.html",
        {
            "content": content,
            "summary": summary,
            "action": action,
            "text": text,
            "variant": variant,
            "name": name,
            "value": value,
            "id": id,
            "csrf_token": context["csrf_token"],
        },
    )


@register.inclusion_tag("components/description_list.html")
def description_list(entries: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Pairs of label and value (dkfds: structured list)."""
    return {"entries": list(entries)}


@register.inclusion_tag("components/badge.html")
def badge(text: str, status: str = "", *, classes: str = "") -> dict[str, Any]:
    """A status; `status`: "", info, success, warning, error."""
    return {"text": text, "status": status, "classes": classes}


@register.inclusion_tag("components/tag.html")
def tag(text: str, *, href: str = "", icon: str = "", **extra: object) -> dict[str, Any]:
    """A subject one can press: a link with `href`, else a button."""
    return {
        "text": text,
        "href": href,
        "icon": icon,
        "attributes": components.attributes(extra),
    }


@register.inclusion_tag("components/function_link.html")
def function_link(
    text: str,
    href: str = "",
    *,
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    classes: str = "",
    **extra: object,
) -> dict[str, Any]:
    """A small link with an icon; without `href` a button that looks like one."""
    return {
        "text": text,
        "href": href,
        "icon": icon,
        "type": type,
        "name": name,
        "value": value,
        "classes": classes,
        "attributes": components.attributes(extra),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, *, heading: str = "Der er fejl i formularen") -> dict[str, Any]:
    """The errors of a form with links to the fields; show it only when `form.errors`."""
    return {"errors": components.form_errors(form), "heading": heading}
