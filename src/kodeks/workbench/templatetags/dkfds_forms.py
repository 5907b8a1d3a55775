# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Form controls of Det Fælles Designsystem: `{% load dkfds_forms %}`.

A field is required unless `required=False`; then "(frivilligt)" stands after its label.
"""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kodeks.workbench import components

register = template.Library()


def _control(
    label: str,
    *,
    name: str,
    id: str = "",
    helptext: str = "",
    error: str = "",
    required: bool = True,
    disabled: bool = False,
    readonly: bool = False,
    limit: int | None = None,
    classes: str = "",
    **extra: object,
) -> dict[str, Any]:
    """What a text field, text area and select have in common."""
    id = id or f"id_{name}"
    editable = not (disabled or readonly)
    return {
        "label": label,
        "name": name,
        "id": id,
        "helptext": helptext,
        "error": error,
        "required": required and editable,
        "optional_label": not required and editable,
        "disabled": disabled,
        "readonly": readonly,
        "limit": limit,
        "classes": classes,
        "described_by": components.described_by(id=id, helptext=helptext, error=error, limit=limit),
        "attributes": components.attributes(extra),
    }


@register.inclusion_tag("components/textfield.html")
def textfield(
    label: str,
    *,
    value: object = "",
    type: str = "text",
    autocomplete: str = "",
    prefix: str = "",
    suffix: str = "",
    **rest: Any,
) -> dict[str, Any]:
    """A field of one line; `limit` counts the characters that are left."""
    return _control(label, **rest) | {
        "value": value,
        "type": type,
        "autocomplete": autocomplete,
        "prefix": prefix,
        "suffix": suffix,
    }


@register.inclusion_tag("components/textarea.html")
def textarea(label: str, *, value: object = "", rows: int = 5, **rest: Any) -> dict[str, Any]:
    """A field of several lines."""
    return _control(label, **rest) | {"value": value, "rows": rows}


@register.inclusion_tag("components/select.html")
def select(
    label: str, choices: Iterable[object], *, value: str | None = None, **rest: Any
) -> dict[str, Any]:
    """A list to choose one from; choices as for `components.options`."""
    chosen = "" if value is None else str(value)
    return _control(label, **rest) | {"options": components.options(choices, chosen=chosen)}


def _group(
    legend: str, choices: Iterable[object], *, name: str, chosen: Any, **rest: Any
) -> dict[str, Any]:
    id = rest.get("id") or f"id_{name}"
    helptext, error = rest.get("helptext", ""), rest.get("error", "")
    return {
        "legend": legend,
        "name": name,
        "id": id,
        "helptext": helptext,
        "error": error,
        "required": rest.get("required", False),
        "options": components.options(choices, chosen=chosen),
        "described_by": components.described_by(id=id, helptext=helptext, error=error),
    }


@register.inclusion_tag("components/radios.html")
def radios(
    legend: str,
    choices: Iterable[object],
    *,
    name: str,
    value: str | None = None,
    id: str = "",
    helptext: str = "",
    error: str = "",
    required: bool = False,
) -> dict[str, Any]:
    """A group of radio buttons with a legend."""
    chosen = [] if value is None else [str(value)]
    return _group(
        legend,
        choices,
        name=name,
        chosen=chosen,
        id=id,
        helptext=helptext,
        error=error,
        required=required,
    )


@register.inclusion_tag("components/checkboxes.html")
def checkboxes(
    legend: str,
    choices: Iterable[object],
    *,
    name: str,
    values: Iterable[str] = (),
    id: str = "",
    helptext: str = "",
    error: str = "",
) -> dict[str, Any]:
    """A group of checkboxes with a legend."""
    return _group(
        legend, choices, name=name, chosen=list(values), id=id, helptext=helptext, error=error
    )


@register.inclusion_tag("components/checkbox.html")
def checkbox(
    label: str,
    *,
    name: str,
    value: str = "1",
    id: str = "",
    checked: bool = False,
    required: bool = False,
    disabled: bool = False,
    helptext: str = "",
    **extra: object,
) -> dict[str, Any]:
    """One checkbox; a required one says so after its label."""
    id = id or f"id_{name}"
    return {
        "label": label,
        "name": name,
        "value": value,
        "id": id,
        "checked": checked,
        "required": required and not disabled,
        "required_label": required,
        "disabled": disabled,
        "helptext": helptext,
        "described_by": components.described_by(id=id, helptext=helptext, error=""),
        "attributes": components.attributes(extra),
    }


@register.simple_tag
def field(bound: forms.BoundField, *, autocomplete: str = "", **extra: Any) -> SafeString:
    """A Django form field drawn as the component that fits its widget."""
    widget = bound.field.widget
    common = {
        "name": bound.html_name,
        "id": bound.auto_id,
        "helptext": bound.help_text,
        "error": " ".join(bound.errors),
        "required": bound.field.required,
    }
    if isinstance(widget, forms.CheckboxInput):
        common.pop("error")
        common["checked"] = bool(bound.value())
        return _draw("checkbox", checkbox(bound.label, **common, **extra))
    if isinstance(widget, forms.CheckboxSelectMultiple):
        common.pop("required")
        values = bound.value() or ()
        context = checkboxes(bound.label, bound.field.choices, values=values, **common, **extra)
        return _draw("checkboxes", context)
    if isinstance(widget, forms.RadioSelect):
        value = bound.value()
        return _draw("radios", radios(bound.label, bound.field.choices, value=value, **common))
    common["disabled"] = bound.field.disabled
    if isinstance(widget, forms.Select):
        value = bound.value()
        return _draw(
            "select", select(bound.label, bound.field.choices, value=value, **common, **extra)
        )
    if isinstance(widget, forms.Textarea):
        context = textarea(bound.label, value=_text(bound), **common, **extra)
        return _draw("textarea", context)
    return _draw(
        "textfield",
        textfield(
            bound.label,
            value="" if isinstance(widget, forms.PasswordInput) else _text(bound),
            type=widget.input_type,
            autocomplete=autocomplete or widget.attrs.get("autocomplete", ""),
            **common,
            **extra,
        ),
    )


def _text(bound: forms.BoundField) -> str:
    value = bound.field.widget.format_value(bound.value())
    return "" if value is None else str(value)


def _draw(component: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"components/{component}.html", context)
