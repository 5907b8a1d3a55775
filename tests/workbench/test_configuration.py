# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.workbench import configuration, database_url
from kodeks.workbench.configuration import SETTINGS, ConfigurationError

SESSION = (
    "-c search_path=public -c default_transaction_isolation=read\\ committed"
    " -c default_transaction_read_only=off -c default_transaction_deferrable=off"
    " -c statement_timeout=0 -c lock_timeout=0"
    " -c idle_in_transaction_session_timeout=0 -c idle_session_timeout=0 "
    "-c synchronous_commit=on -c jit=off"
)


def test_every_setting_is_named_once_and_explained() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(names) == len(set(names))
    assert all(name.startswith("KODEKS_") for name in names)
    assert all(setting.explanation.endswith(".") for setting in SETTINGS)


def test_the_environment_wins_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KODEKS_PORT", raising=False)
    assert configuration.number("KODEKS_PORT") == 8000
    monkeypatch.setenv("KODEKS_PORT", " 9001 ")
    assert configuration.number("KODEKS_PORT") == 9001


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("KODEKS_DEMO", "ja", configuration.switch),
        ("KODEKS_PORT", "-1", configuration.number),
        ("KODEKS_PORT", "²", configuration.number),
        ("KODEKS_LOG_LEVEL", "LOUD", configuration.text),
        ("KODEKS_DATABASE_ROLE", "root", configuration.text),
    ],
)
def test_a_bad_value_is_named_with_what_to_do(monkeypatch, name, value, read) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        read(name)


def test_what_is_not_a_setting_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        configuration.text("KODEKS_UNKNOWN")


def test_paths_lie_in_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KODEKS_HOME", str(tmp_path))
    monkeypatch.delenv("KODEKS_JOURNAL_FOLDER", raising=False)
    assert configuration.path("KODEKS_JOURNAL_FOLDER", within_home="journal") == (
        tmp_path.resolve() / "journal"
    )


def test_a_list_has_no_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KODEKS_ALLOWED_HOSTS", "a.dk, ,b.dk,")
    assert configuration.listing("KODEKS_ALLOWED_HOSTS") == ["a.dk", "b.dk"]


def test_a_full_database_address() -> None:
    found = database_url.parse("postgresql://me:s%40t@db.example:5433/kod%20eks?sslmode=require")
    assert found["USER"] == "me"
    assert found["PASSWORD"] == "s@t"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "kod eks")
    assert found["OPTIONS"] == {"sslmode": "require", "options": SESSION}


def test_a_socket_folder_as_option() -> None:
    found = database_url.parse("postgresql://me@/kodeks?host=%2Frun%2Fpg&port=5432")
    assert (found["HOST"], found["PORT"]) == ("/run/pg", "5432")
    assert found["OPTIONS"] == {"options": SESSION}


def test_what_the_address_asks_for_comes_after_the_sessions_settings():
    found = database_url.parse("postgresql://a@h/d?options=-c%20statement_timeout%3D5000")
    assert found["OPTIONS"]["options"] == f"{SESSION} -c statement_timeout=5000"


@given(st.text(max_size=80) | st.from_regex(r"\Apostgres(ql)?://.{0,60}\Z"))
def test_any_text_is_an_address_or_a_danish_sentence(text: str) -> None:
    try:
        outcome = database_url.parse(text)["NAME"]
    except ConfigurationError as error:
        outcome = str(error).startswith("Databasens adresse")
    assert outcome


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:very-secret@host/name",
        "postgresql://me:very-secret@host:port/name",
        "postgresql://me:very-secret@host/",
    ],
)
def test_an_error_never_repeats_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        database_url.parse(url)
    assert "very-secret" not in str(caught.value)
