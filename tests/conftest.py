# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One PostgreSQL cluster for the run; a template database, migrated once; a copy per worker.

Tests connect as the application role, as web and workers do, so what the database refuses them
is refused here too. `as_owner` is the owner's connection for what only the owner may do.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS / "support"))
pytest.register_assert_rewrite("attempts", "browsing", "kernel_stage")
CHECKOUT = TESTS.parent
TEMPLATE = "kodeks_template"


def _data_folder() -> Path | None:
    given = os.environ.get("KODEKS_DATA")
    folder = Path(given) if given else CHECKOUT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def _quick_folder() -> Path | None:
    """Memory when there is room: deleting a database's thousands of files is slow on a disk."""
    memory = Path("/dev/shm")  # noqa: S108
    if memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000:
        return memory
    return None


def _compile_once(home: Path) -> None:
    """Keep the run's bytecode in its home, where the environment forbids it beside the source.

    Images of containers often do (PYTHONDONTWRITEBYTECODE). Each of the hundreds of processes that
    tests start would then compile all of Django anew, which takes longer than what it is asked for.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(home / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def _use_home_of_this_run() -> None:
    """Give Django an empty home of this run's own; xdist's workers inherit it.

    Here and not in a hook, because the conftests of the rooms import models.
    """
    if "KODEKS_TEST_HOME" not in os.environ:
        home = Path(tempfile.mkdtemp(prefix="kodeks-test-", dir=_quick_folder()))
        home.chmod(0o711)  # the database's own user must get through
        os.environ["KODEKS_TEST_HOME"] = str(home)
        os.environ["KODEKS_TEST_HOME_OWNER"] = str(os.getpid())
    _compile_once(Path(os.environ["KODEKS_TEST_HOME"]))
    for name in [name for name in os.environ if name.startswith("KODEKS_DATABASE")]:
        del os.environ[name]
    os.environ |= {
        "KODEKS_HOME": os.environ["KODEKS_TEST_HOME"],
        "KODEKS_DEMO": "1",
        "KODEKS_INSECURE_HTTP": "1",
        "KODEKS_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }
    import django
    from django.conf import settings

    settings.KODEKS_WITNESS_CLIENT = "nearby.submit"
    # Nothing publishes the log in most tests; a letter would wait for it.
    settings.KODEKS_RECEIPT_WAIT = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    _look_for_static_files_once()


def _look_for_static_files_once() -> None:
    """Each test client makes the middleware anew; WhiteNoise would open all 219 files each time.

    What the finders find in the source stands for the run; what lies in the home is looked at as
    before.
    """
    from whitenoise.middleware import WhiteNoiseMiddleware

    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[str, int | None], dict[str, object]] = {}

    def once(self: WhiteNoiseMiddleware) -> None:
        key = (self.static_prefix, self.max_age)
        if key not in found:
            before = dict(self.files)
            look(self)
            found[key] = {url: file for url, file in self.files.items() if file != before.get(url)}
        self.files.update(found[key])

    WhiteNoiseMiddleware.add_files_from_finders = once


_use_home_of_this_run()


SLOWEST = (
    "tests/demo/test_whole_line.py",
    "tests/cli/test_running.py",
    "tests/bypass/test_admin.py",
    "tests/browser/test_main_line.py",
    "tests/inquiries/test_erased_everywhere.py",
    "tests/bypass/test_api.py",
    "tests/bypass/test_concurrency.py",
    "tests/bypass/test_sql.py",
    "tests/bypass/test_replay.py",
    "tests/bypass/test_shell.py",
    "tests/cli/test_releases.py",
    "tests/workbench/test_register_drift.py",
    "tests/workbench/test_attacks.py",
    "tests/kernel/test_ledger_crash.py",
    "tests/statistics/test_peers.py",
)
"""They begin first, so that no worker is left alone with one of them at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {path: number for number, path in enumerate(SLOWEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(place)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever made the home removes it, with its database."""
    if nearby := sys.modules.get("nearby"):
        nearby.forget()
    if os.environ.get("KODEKS_TEST_HOME_OWNER") == str(os.getpid()):
        _remove(Path(os.environ["KODEKS_TEST_HOME"]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that made attempts of every class must have made enough of them."""
    # Only where the workers report to: a worker sees its own share.
    if hasattr(session.config, "workerinput") or session.testsfailed:
        return
    import attempts

    found = attempts.counted()
    if set(found) == attempts.CLASSES and sum(found.values()) < attempts.TOTAL:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    import attempts

    if found := attempts.counted():
        each = ", ".join(f"{kind} {number}" for kind, number in sorted(found.items()))
        terminalreporter.write_line(
            f"{sum(found.values())} attempts to get round the codex in {len(found)} classes: {each}"
        )


def _remove(home: Path) -> None:
    from kodeks.database import cluster

    cluster.stop(home=home)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Public data to measure on; what stands there is never copied into the project."""
    folder = _data_folder()
    if folder is None:
        pytest.skip("KODEKS_DATA is not set and there is no shared/data beside the checkout")
    return folder


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with (home / "test-template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Databases:
    """The run's cluster: copies of the template, and connections as owner."""

    def __init__(self) -> None:
        import migrated

        from kodeks.database import cluster

        home = Path(os.environ["KODEKS_TEST_HOME"])
        self._cluster_room = cluster
        with _one_at_a_time(home):
            if not (home / "database").exists():
                migrated.copy_into(home)
            self.cluster = cluster.start(home=home, fsync=False)
            if not (home / "template-is-made").exists():
                cluster.create_database(self.cluster, TEMPLATE, template="kodeks")
                self._fill_template()
                (home / "template-is-made").touch()

    def _fill_template(self) -> None:
        environment = os.environ | {
            "KODEKS_DATABASE_URL": self.url("application", TEMPLATE),
            "KODEKS_DATABASE_OWNER_URL": self.url("owner", TEMPLATE),
            "KODEKS_DATABASE_ROLE": "owner",
        }
        import warm

        done = warm.run_text([TESTS / "support" / "template.py"], env=environment)
        assert done.returncode == 0, done.stdout + done.stderr

    def url(self, role: str, name: str) -> str:
        url = self.cluster.owner_url if role == "owner" else self.cluster.application_url
        head, _, query = url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def copy(self, name: str, *, template: str = TEMPLATE) -> None:
        """A fresh copy of a template; one copier at a time, as PostgreSQL demands."""
        with _one_at_a_time(Path(os.environ["KODEKS_TEST_HOME"])):
            self._copy(name, template)

    def _copy(self, name: str, template: str) -> None:
        self._cluster_room.drop_database(self.cluster, name)
        self._cluster_room.create_database(self.cluster, name, template=template)

    def make_template(self, name: str, *, fill: Callable[[], None]) -> None:
        """Another template, a copy of the first that `fill` has filled; once for all workers."""
        home = Path(os.environ["KODEKS_TEST_HOME"])
        with _one_at_a_time(home):
            if not (home / f"{name}-is-made").exists():
                self._copy(name, TEMPLATE)
                fill()
                (home / f"{name}-is-made").touch()

    def connect_django(self, name: str) -> None:
        import nearby
        from django.db import connections
        from gate import fresh_codices

        from kodeks.workbench import database_url

        # A process verifies each codex once; what another database held is not what this one holds.
        fresh_codices()
        nearby.forget()
        connections["default"].close()
        for key, value in database_url.parse(self.url("application", name)).items():
            connections["default"].settings_dict[key] = value


@pytest.fixture(scope="session")
def databases() -> Databases:
    return Databases()


@pytest.fixture(scope="session")
def worker_database(databases: Databases) -> str:
    name = "kodeks_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
    databases.copy(name)
    return name


@pytest.fixture(scope="session")
def django_db_setup(
    databases: Databases, worker_database: str, django_db_blocker: pytest.FixtureRequest
) -> None:
    """Replaces pytest-django's: the database exists already and Django is pointed at it."""
    with django_db_blocker.unblock():
        databases.connect_django(worker_database)


@pytest.fixture(autouse=True)
def _nothing_held_from_before() -> None:
    """What a process holds, permits and opened models, belongs to the database it came from."""
    import nearby
    from django.apps import apps

    kernel = apps.get_app_config("kernel")
    kernel.permits.clear()
    kernel.models_opened.clear()
    nearby.forget()


@pytest.fixture(autouse=True, scope="session")
def _tests_see_all_cases() -> Iterator[None]:
    """What a test reads by itself it reads as a service; requests and jobs begin with no viewer."""
    from kodeks.kernel.viewing import as_service

    with as_service("tests"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _fresh_copy_after_commits(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits, take a new copy: the application role may not empty tables."""
    from django.test import TransactionTestCase

    def new_copy(self: TransactionTestCase) -> None:
        databases: Databases = request.getfixturevalue("databases")
        name: str = request.getfixturevalue("worker_database")
        from django.db import connections

        connections.close_all()
        databases.copy(name)
        databases.connect_django(name)

    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = new_copy
    # TestCase rolls back instead, and calls the original by name when it cannot.
    yield
    TransactionTestCase._fixture_teardown = original


@pytest.fixture
def as_owner(
    transactional_db: None, databases: Databases, worker_database: str
) -> Iterator[psycopg.Connection]:
    """The owner's connection to this test's database; what it does is committed at once."""
    with psycopg.connect(databases.url("owner", worker_database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_application(
    transactional_db: None, databases: Databases, worker_database: str
) -> Iterator[psycopg.Connection]:
    """A bare connection as the application role, past Django and past our services."""
    url = databases.url("application", worker_database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection
