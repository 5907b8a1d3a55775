# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the components of the template library `dkfds` compute before they are drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.safestring import SafeString

from kodeks.web import paging

# htmx, data-* and aria-* may be added to any control; other attributes have names of their own.
_ATTRIBUTE_PREFIXES = ("hx_", "data_", "aria_")


@dataclass(frozen=True)
class Option:
    """One choice of a select, radio group or checkbox group."""

    value: str
    label: str
    chosen: bool = False
    helptext: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class PageLink:
    """One page in the pagination; `number` 0 stands for the pages left out."""

    number: int = 0
    href: str = ""
    label: str = ""
    current: bool = False


@dataclass(frozen=True)
class FormError:
    """One line of the error summary; `target` is the field's id or ""."""

    text: str
    target: str = ""


def attributes(extra: Mapping[str, object]) -> SafeString:
    """Escaped HTML attributes; `hx_get` becomes `hx-get`. TypeError for an unknown name."""
    unknown = [name for name in extra if not name.startswith(_ATTRIBUTE_PREFIXES)]
    if unknown:
        raise TypeError(f"unknown component parameters: {', '.join(sorted(unknown))}")
    return flatatt({name.replace("_", "-"): value for name, value in extra.items()})


def described_by(*, id: str, helptext: str, error: str, limit: int | None = None) -> str:
    """The ids that explain a control, in the order help, error, limit."""
    parts = ((helptext, "hint"), (error, "error"), (limit, "limit-message"))
    return " ".join(f"{id}-{suffix}" for given, suffix in parts if given)


def options(
    choices: Iterable[object], *, chosen: str | Iterable[str] | None = None
) -> list[Option]:
    """Options from pairs (value, label), mappings or `Option`s, with `chosen` marked."""
    chosen_values = {str(chosen)} if isinstance(chosen, str | int) else set(map(str, chosen or ()))
    return [_marked(_option(choice), chosen_values) for choice in choices]


def _option(choice: object) -> Option:
    if isinstance(choice, Option):
        return choice
    if isinstance(choice, Mapping):
        return Option(**choice)
    value, label = choice  # type: ignore[misc]
    return Option(value=str(value), label=str(label))


def _marked(option: Option, chosen: set[str]) -> Option:
    return replace(option, chosen=True) if option.value in chosen else option


def page_href(query: QueryDict, number: int) -> str:
    """The current address's query with another page number."""
    changed = query.copy()
    changed[paging.PAGE] = str(number)
    return f"?{changed.urlencode()}"


def shown_pages(*, current: int, total: int | None) -> list[int]:
    """The page numbers to show as dkfds does; 0 stands for a gap. At most seven entries.

    Without a `total` the list goes on, at least to the page after this one and to the fifth.
    """
    if total is None:
        return [1, 2, 3, 4, 5, 0] if current < 5 else [1, 0, current - 1, current, current + 1, 0]
    if total <= 7:
        return list(range(1, total + 1))
    if current < 5:
        return [*range(1, 6), 0, total]
    if current + 4 > total:
        return [1, 0, *range(total - 4, total + 1)]
    return [1, 0, current - 1, current, current + 1, 0, total]


def page_links(page: paging.Page, query: QueryDict) -> list[PageLink]:
    """The numbered links of the pagination."""
    return [
        PageLink(
            number=number,
            href=page_href(query, number),
            label=f"Sidste side, side {number}" if _is_far_end(number, page) else f"Side {number}",
            current=number == page.number,
        )
        if number
        else PageLink()
        for number in shown_pages(current=page.number, total=page.pages)
    ]


def _is_far_end(number: int, page: paging.Page) -> bool:
    total = page.pages
    return total is not None and total > 7 and number == total and page.number + 4 <= total


def form_errors(form: forms.BaseForm) -> list[FormError]:
    """The form's errors: its own first, then the fields' in their order."""
    own = [FormError(text=text) for text in form.non_field_errors()]
    return own + [
        FormError(text=text, target=_target(field)) for field in form for text in field.errors
    ]


def _target(field: forms.BoundField) -> str:
    grouped = isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    return f"{field.auto_id}-option1" if grouped else field.auto_id
