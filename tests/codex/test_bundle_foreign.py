# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Foreign text in the place of an edition is refused, or read exactly as it stands."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kodeks.codex import bundle
from kodeks.codex.reader import CardError

SHIPPED = bundle.shipped()
CONTENT = json.loads(json.dumps(SHIPPED.content))
TOML = [
    "codex.toml",
    "clauses.toml",
    "controls.toml",
    "legal_bases.toml",
    "duties.toml",
    "incidents.toml",
    "protected.toml",
]


PLACES = st.lists(st.integers(0, 60), max_size=4)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2026-07-01", "allowed", "G1.1", "samtykke", "\ud800", "*"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


def mangled(content: Any, places: list[int], value: Any) -> Any:
    """The content with `value` at a place found by following `places`."""
    if not places or not isinstance(content, dict | list) or not content:
        return value
    names = list(content) if isinstance(content, dict) else range(len(content))
    name = names[places[0] % len(names)]
    changed = copy.copy(content)
    changed[name] = mangled(content[name], places[1:], value)
    return changed


@settings(max_examples=150, deadline=None)
@given(places=PLACES, value=JSON)
@example(places=[6, 0, 11], value="2018-05-24")
def test_mangled_content_is_refused_or_read_exactly(places, value):
    content = mangled(CONTENT, places, value)
    try:
        codex = bundle.of_content(content)
    except CardError:
        return
    assert codex.content == content
    assert (codex.sha256 == SHIPPED.sha256) == (content == CONTENT)


FOREIGN = st.text(max_size=60) | st.text(alphabet='[]clausebasi="id\n .1G', max_size=60)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), file=st.sampled_from(TOML))
def test_foreign_text_in_a_file_raises_only_our_error(tmp_path_factory, data, file):
    folder = tmp_path_factory.mktemp("edition")
    for name in [*TOML, "policies.cedar", "schema.cedarschema"]:
        text = (files("kodeks.codex") / "edition" / name).read_text(encoding="utf-8")
        if name == file:
            at = data.draw(st.integers(0, len(text)))
            text = text[:at] + data.draw(FOREIGN) + text[at + data.draw(st.integers(0, 40)) :]
        (folder / name).write_text(text, encoding="utf-8")
    try:
        codex = bundle.load(folder)
    except CardError:
        return
    assert bundle.of_content(json.loads(json.dumps(codex.content))) == codex


@given(text=FOREIGN)
def test_foreign_text_as_a_file_is_refused_with_a_sentence(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("edition")
    (folder / "codex.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CardError):
        bundle.load(folder)
