# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Foreign XML: read, or turned away, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.connectors import xml
from kodeks.connectors.digital_post import replies
from kodeks.connectors.xml import XmlError

_BOMB = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
_FILE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
_EMPTY = b"<!DOCTYPE a><a/>"


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<a>", _BOMB, _FILE, _EMPTY, b"<a>&b;</a>", b"<a/>" * 2, b"\xff<a/>"]
)
def test_what_is_no_plain_xml_is_turned_away(data):
    with pytest.raises(XmlError):
        xml.parse(data)


def test_a_document_has_a_most():
    with pytest.raises(XmlError, match="too long"):
        xml.parse(b"<a>" + b"x" * xml.MOST + b"</a>")
    with pytest.raises(XmlError):
        xml.parse(b"<a>" * 100_000 + b"</a>" * 100_000)


def test_elements_are_found_by_name_and_only_when_there_is_one():
    root = xml.parse(b'<a xmlns="urn:x"><b> 1 </b><c/><c/><!-- d --></a>')
    assert xml.text(root, "b") == "1"
    assert xml.text(root, "d", default="-") == "-"
    for name in ("c", "d"):
        with pytest.raises(XmlError):
            xml.text(root, name)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "2026-03-03",
        "2026-13-03T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-03-03T10:00",
        "x",
    ],
)
def test_what_is_no_moment_is_turned_away(said):
    with pytest.raises(XmlError):
        xml.moment(said)


@given(st.datetimes(timezones=st.timezones()))
def test_moments_come_back(at):
    try:
        said = at.isoformat(timespec="seconds")
        assert xml.moment(said).timestamp() == at.replace(microsecond=0).timestamp()
    except (XmlError, OverflowError, ValueError):
        # Seconds in an offset, or a year that UTC does not reach.
        assert at.year < 1912 or at.year > 9998 or at.utcoffset().total_seconds() % 60


_XML = st.recursive(
    st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=8),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(
            ["ModtagBeskedInput", "Haendelsesbesked", "BeskedId", "UUIDIdentifikator",
             "Beskeddata", "Base64", "PKO_PostStatus", "MessageUUID"]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), _XML.map(str.encode)))
def test_whatever_comes_as_a_status_is_read_or_turned_away(data):
    with pytest.raises(XmlError):
        replies.read(data)
