# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Renders dkfds's own Nunjucks macros with Jinja2, as the oracle for our components.

The two languages differ in a few places; `translate` mends those that the macros use.
"""

import re
from pathlib import Path

import jinja2
from lxml import html

COMPONENTS = (
    Path(__file__).parents[2] / "frontend" / "node_modules" / "dkfds" / "src" / "components"
)
_BARE_KEY = re.compile(r"(?<=[{,\s])([A-Za-z]\w*):(?=\s)")
_STRING_PLUS = re.compile(r"""(?<=["']) \+ | \+ (?=["'])""")


def translate(source: str) -> str:
    """Nunjucks to Jinja2: bare keys, strict equality, joining text and numbers."""
    source = source.replace("===", "==").replace("!==", "!=").replace("elseif", "elif")
    source = re.sub(
        r"\{\{[^{}]*\(\s*\{.*?\}\s*\)\s*-?\}\}",
        lambda call: _BARE_KEY.sub(r'"\1":', call[0]),
        source,
        flags=re.DOTALL,
    )
    source = source.replace("params.id + loop.index", "params.id ~ loop.index")
    return _STRING_PLUS.sub(" ~ ", source)


class _Loader(jinja2.BaseLoader):
    def get_source(self, environment, template):
        path = COMPONENTS.parent / template
        if not path.is_file():
            raise jinja2.TemplateNotFound(template)
        return translate(path.read_text(encoding="utf-8")), str(path), None


class _Environment(jinja2.Environment):
    """Looks in a mapping as JavaScript does: `items` is the entry, never the method."""

    def getattr(self, obj, attribute):
        if isinstance(obj, dict):
            return obj.get(attribute, self.undefined(obj=obj, name=attribute))
        return super().getattr(obj, attribute)


_environment = _Environment(loader=_Loader(), undefined=jinja2.ChainableUndefined, autoescape=True)


def render(file: str, macro: str, params: dict) -> str:
    """The macro's HTML; `file` is relative to dkfds's folder of components."""
    module = _environment.get_template(f"components/{file}.njk").module
    return str(getattr(module, macro)(params))


def dom(markup: str) -> list:
    """The markup as nested lists, without what a browser does not tell apart."""
    root = html.fragment_fromstring(markup.strip(), create_parent="div")
    return [_node(child) for child in root]


def _node(element) -> list:
    attributes = {name: _value(name, value) for name, value in element.attrib.items()}
    texts = [element.text or "", *(child.tail or "" for child in element)]
    return [
        element.tag,
        {name: value for name, value in attributes.items() if value != "" or name != "class"},
        " ".join(" ".join(texts).split()),
        [_node(child) for child in element],
    ]


def _value(name: str, value: str) -> str:
    if name == "class":
        return " ".join(sorted(value.split()))
    if name == "href" and "#" in value:  # our icons lie in a file, dkfds's in the page
        return value[value.index("#") :]
    if name in {"disabled", "required", "checked", "selected", "readonly"}:
        return name
    return " ".join(value.split())
