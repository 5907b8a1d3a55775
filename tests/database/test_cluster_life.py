# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Starting, stopping, recovering."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from kodeks.database import cluster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START_IN_A_PROCESS = """
import sys
from pathlib import Path
from kodeks.database import cluster
print(cluster.start(home=Path(sys.argv[1]), fsync=False).started)
"""


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_first_start_makes_a_database_both_roles_can_use(shared: cluster.Cluster) -> None:
    assert value(shared.owner_url, "SELECT current_user || '@' || current_database()") == (
        "kodeks_owner@kodeks"
    )
    assert value(shared.application_url, "SELECT current_user::text") == "kodeks_app"
    assert shared.server_version >= 150000
    assert shared.data_folder is not None
    assert (shared.data_folder / "PG_VERSION").exists()


def test_repr_hides_passwords(shared: cluster.Cluster, shared_home: Path) -> None:
    urls = cluster.connection_urls(home=shared_home)
    password = psycopg.conninfo.conninfo_to_dict(urls.owner)["password"]
    assert str(password) not in repr(shared) + repr(urls)


def test_starting_a_running_server_changes_nothing(
    shared: cluster.Cluster, shared_home: Path
) -> None:
    before = cluster.status(home=shared_home)
    again = cluster.start(home=shared_home, fsync=False)
    assert again.started is False
    assert again.application_url == shared.application_url
    assert cluster.status(home=shared_home) == before


def test_data_survive_a_stop_and_a_warm_start_is_quick(copied_home: Path) -> None:
    home = copied_home
    first = cluster.start(home=home)
    with psycopg.connect(first.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert cluster.stop(home=home) is True
    assert cluster.status(home=home).running is False
    assert cluster.stop(home=home) is False
    seconds, bare = [], []
    for _ in range(3):
        begun = time.monotonic()
        subprocess.run([sys.executable, "-c", "import psycopg"], check=True)
        bare.append(time.monotonic() - begun)
        begun = time.monotonic()
        warm = cluster.start(home=home)
        seconds.append(time.monotonic() - begun)
        assert warm.started is True
        assert value(warm.application_url, "SELECT answer FROM kept") == 42
        cluster.stop(home=home)
    # Beside a program that only starts, as machines differ.
    assert min(seconds) < 3 * min(bare), (seconds, bare)


def test_two_homes_do_not_meet(shared: cluster.Cluster, copied_home: Path) -> None:
    other = cluster.start(home=copied_home, fsync=False)
    assert other.socket_folder != shared.socket_folder
    with psycopg.connect(other.owner_url) as connection:
        connection.execute("CREATE TABLE only_here (id int)")
    assert value(shared.owner_url, "SELECT to_regclass('only_here') IS NULL") is True


def test_start_recovers_after_the_server_was_killed(copied_home: Path) -> None:
    home = copied_home
    first = cluster.start(home=home)
    with psycopg.connect(first.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    busy = psycopg.connect(first.owner_url, autocommit=True)
    pid = cluster.status(home=home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    again = cluster.start(home=home)
    assert again.started is True
    assert value(again.application_url, "SELECT answer FROM kept") == 42
    busy.close()


@pytest.mark.parametrize("content", ["", "garbage\n", "{pid}\n"])
def test_a_stale_pid_file_does_not_stop_the_start(copied_home: Path, content: str) -> None:
    """After a power cut the file may be empty, or its number belong to another process."""
    home = copied_home
    first = cluster.start(home=home, fsync=False)
    assert first.data_folder is not None
    assert first.socket_folder is not None
    cluster.stop(home=home)
    text = content.format(pid=os.getpid())
    for path in (
        first.data_folder / "postmaster.pid",
        first.socket_folder / ".s.PGSQL.5432.lock",
    ):
        path.write_text(text)
        path.chmod(0o666)
    assert cluster.status(home=home).running is False
    assert cluster.start(home=home, fsync=False).started is True


def test_concurrent_starts_make_one_server(new_home: Callable[[], Path]) -> None:
    home = new_home()
    command = [sys.executable, "-c", START_IN_A_PROCESS, str(home)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    with ThreadPoolExecutor(2) as pool:
        threads = [pool.submit(cluster.start, home=home, fsync=False) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    started = [output.strip() == "True" for output, _ in outputs]
    started += [thread.result().started for thread in threads]
    assert started.count(True) == 1


def test_server_outlives_the_starting_process_and_frees_its_output(
    copied_home: Path,
) -> None:
    home = copied_home
    # communicate() returns only when nobody holds the pipes any more.
    done = subprocess.run(
        [sys.executable, "-c", START_IN_A_PROCESS, str(home)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "True"
    assert cluster.status(home=home).running is True
    assert cluster.start(home=home).started is False


def test_a_cut_off_set_up_is_finished_by_the_next_start(copied_home: Path) -> None:
    home = copied_home
    cluster.start(home=home, fsync=False)
    urls = cluster.connection_urls(home=home, database="postgres")
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("COMMENT ON DATABASE kodeks IS NULL")
        connection.execute("DROP DATABASE kodeks")
    again = cluster.start(home=home, fsync=False)
    assert value(again.application_url, "SELECT 1") == 1


def test_a_half_made_data_folder_is_made_anew(new_home: Callable[[], Path]) -> None:
    home = new_home()
    (home / "database.new" / "base").mkdir(parents=True)
    assert cluster.start(home=home, fsync=False).started is True


def test_a_long_path_gets_a_short_private_socket_folder(new_home: Callable[[], Path]) -> None:
    home = new_home() / ("a" * 60) / ("b" * 60)
    made = cluster.start(home=home, fsync=False)
    assert made.socket_folder is not None
    try:
        assert len(os.fsencode(made.socket_folder / ".s.PGSQL.5432")) <= 107
        assert made.socket_folder.stat().st_mode & 0o077 == 0
        assert cluster.connection_urls(home=home).owner == made.owner_url
        assert value(made.application_url, "SELECT 1") == 1
    finally:
        cluster.stop(home=home)
        made.socket_folder.rmdir()


def test_a_socket_folder_somebody_else_can_enter_is_refused(
    new_home: Callable[[], Path],
) -> None:
    home = new_home()
    (home / "socket").mkdir(parents=True)
    (home / "socket").chmod(0o777)
    with pytest.raises(cluster.DatabaseError, match=r"socket skal tilhøre brugeren"):
        cluster.start(home=home, fsync=False)


def test_urls_need_a_database(new_home: Callable[[], Path]) -> None:
    home = new_home()
    with pytest.raises(cluster.DatabaseError, match="ingen database"):
        cluster.connection_urls(home=home)
    assert cluster.status(home=home).initialised is False
    assert cluster.stop(home=home) is False
    assert not home.exists()


def test_a_failed_start_shows_the_log(copied_home: Path) -> None:
    home = copied_home
    with (home / "database" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(cluster.DatabaseError) as refused:
        cluster.start(home=home, fsync=False)
    assert "PostgreSQL kunne ikke starte" in str(refused.value)
    assert "no_such_setting" in str(refused.value)


def test_lost_passwords_are_explained(copied_home: Path) -> None:
    home = copied_home
    (home / "keys" / "database-kodeks_app.password").unlink()
    with pytest.raises(cluster.DatabaseError, match="sikkerhedskopi"):
        cluster.connection_urls(home=home)
