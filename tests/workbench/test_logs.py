# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from kodeks.workbench import logs

CPR = "010190-1234"

texts = st.sampled_from([CPR, f"borger {CPR} ringede", "0101901234", "ingen"])
values = st.recursive(
    texts | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_no_number_survives_at_any_depth(value: object) -> None:
    written = json.dumps(logs.clean({"value": value}))
    assert CPR not in written
    assert "0101901234" not in written


def test_a_number_given_as_an_integer_is_masked_too() -> None:
    assert logs.clean(3112991234) == "[CPR]"
    assert logs.clean(42) == 42


def test_the_rows_that_postgresql_repeats_are_removed() -> None:
    text = "duplicate key\nDETAIL:  Key (name)=(Karen Jensen) already exists.\nHINT: none"
    assert "Karen" not in logs.clean(text)
    assert "HINT: none" in logs.clean(text)


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict]]]:
    """Gives the lines that the settings' own formatter has written, as JSON."""
    given = dict(logs.logging_settings(level="INFO")["formatters"]["json"])
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(given.pop("()")(**given))
    loggers = [logging.getLogger(name) for name in ("kodeks.test", "django.request")]
    for logger in loggers:
        logger.addHandler(handler)
    logs.configure_structlog()
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)


def test_our_events_and_django_s_are_json_without_cpr(written) -> None:
    structlog.get_logger("kodeks.test").warning("opslag", subject=f"sag om {CPR}")
    logging.getLogger("django.request").error("Not Found: /soeg/%s", CPR)
    lines = written()
    assert [line["logger"] for line in lines] == ["kodeks.test", "django.request"]
    assert CPR not in json.dumps(lines)
    assert "[CPR]" in lines[0]["subject"]
    assert "[CPR]" in lines[1]["event"]


def test_an_exception_s_text_is_masked(written) -> None:
    try:
        raise ValueError(f"kunne ikke læse {CPR}")
    except ValueError:
        logging.getLogger("django.request").exception("Fejl")
    (line,) = written()
    assert "ValueError" in line["exception"]
    assert CPR not in line["exception"]
