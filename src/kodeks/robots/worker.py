# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The worker process: takes jobs, keeps the watch, and survives its database.

Runs `kodeks worker` and the demo. Any number of workers may run on any number of machines.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connections
from procrastinate.contrib.django import DjangoApp, app, connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

from kodeks.robots import maintenance, tasks
from kodeks.robots.unacknowledged import Acknowledgements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
"""Jobs are announced by NOTIFY; asking is for retries that have become due."""
GRACE_SECONDS = 20.0
"""How long running steps may go on after SIGTERM before they are asked to stop."""
_WATCH_SECONDS = 0.2
_SPARE_THREADS = 2
_OPEN_SECONDS = 5.0
_RESTART_SECONDS = 1.0
_LONGEST_RESTART_SECONDS = 30.0
_JOIN_SECONDS = 10.0

_PLACE = """
WITH gone AS (
    DELETE FROM robots_workerplace AS p
    WHERE NOT EXISTS (SELECT FROM procrastinate_workers AS w WHERE w.id = p.worker_id)
)
INSERT INTO robots_workerplace (worker_id, machine, process, started_at)
VALUES (%(worker)s, %(machine)s, %(process)s, now()) ON CONFLICT (worker_id) DO NOTHING
"""
_LIVE_JOBS = "SELECT count(*) AS live FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"


def run_worker(
    *,
    concurrency: int = 2,
    background: Sequence[Callable[[threading.Event], None]] = (),
    stop_when_idle: bool = False,
) -> None:
    """Work until SIGTERM or SIGINT; with `stop_when_idle`, until no job waits or runs.

    `concurrency` jobs run at once, each in a thread with a database connection of its own.
    Each function of `background` runs in a thread, gets an event that is set when the worker
    stops, and is started again when it raises.

    A signal lets running steps end; their runs go on in the next worker.
    """
    stop = threading.Event()
    threads = [
        threading.Thread(target=_supervise, args=(function, stop), daemon=True)
        for function in (maintenance.loop, *background)
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_work(concurrency=concurrency, stop=stop, stop_when_idle=stop_when_idle))
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=_JOIN_SECONDS)


def _supervise(function: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Run a background function, and start it again when it raises, ever more slowly."""
    pause = _RESTART_SECONDS
    while not stop.is_set():
        started, failure = time.monotonic(), ""
        try:
            function(stop)
        except Exception as error:
            failure = type(error).__qualname__
        finally:
            connections.close_all()
        if not failure:
            return
        if time.monotonic() - started > _LONGEST_RESTART_SECONDS:
            pause = _RESTART_SECONDS
        log.error("background_thread_failed", function=_name_of(function), error=failure)
        stop.wait(pause)
        pause = min(pause * 2, _LONGEST_RESTART_SECONDS)


def _name_of(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", type(function).__qualname__)


async def _work(*, concurrency: int, stop: threading.Event, stop_when_idle: bool) -> None:
    executor = ThreadPoolExecutor(
        max_workers=concurrency + _SPARE_THREADS, thread_name_prefix="robot"
    )
    asyncio.get_running_loop().set_default_executor(executor)
    with _signals(stop):
        while not stop.is_set():
            failure = ""
            try:
                await _session(concurrency=concurrency, stop=stop, stop_when_idle=stop_when_idle)
            except Exception as error:
                failure = type(error).__qualname__
            if not stop.is_set():
                # The database went away: everything is made anew when it is back.
                log.warning("worker_starts_again", error=failure)
                await asyncio.sleep(_RESTART_SECONDS)
    # Nothing else runs on the loop any more, so it may be blocked.
    _close_connections(executor, concurrency + _SPARE_THREADS)


def _close_connections(executor: ThreadPoolExecutor, threads: int) -> None:
    """Close the database connection of every idle thread: Django keeps one in each."""
    together = threading.Barrier(threads)

    def close() -> None:
        # Nobody goes on before all have come, so each thread gets exactly one of these.
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=_JOIN_SECONDS)
        connections.close_all()

    done = [executor.submit(close) for _ in range(threads)]
    for one in done:
        one.result()


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and SIGINT; only the main thread can be told of signals."""
    wanted = (signal.SIGTERM, signal.SIGINT)
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    for number in wanted:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in wanted:
            loop.remove_signal_handler(number)


async def _session(*, concurrency: int, stop: threading.Event, stop_when_idle: bool) -> None:
    """Work over one pool of connections, until `stop` or until the database goes away."""
    parameters = connector_params()
    pool = AsyncConnectionPool(
        kwargs=parameters,
        min_size=1,
        max_size=concurrency + 4,
        timeout=_OPEN_SECONDS,
        name="robots",
        open=False,
        check=AsyncConnectionPool.check_connection,
    )
    try:
        await pool.open(wait=True, timeout=_OPEN_SECONDS)
        # An app of the worker's own: replacing the connector of Django's app would make jobs
        # that steps queue leave the step's transaction.
        connector = PsycopgConnector(kwargs=parameters)
        own = DjangoApp(connector=connector)
        own.tasks = app.tasks
        await connector.open_async(pool)
        acknowledgements = Acknowledgements()
        worker = Worker(
            app=own,
            name="robots",
            concurrency=concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=maintenance.HEARTBEAT_SECONDS,
            stalled_worker_timeout=maintenance.DEAD_AFTER_SECONDS,
            delete_jobs="successful",
            additional_context={tasks.STOPPING: stop.is_set},
            worker_middleware=[acknowledgements.follow],
            task_middleware=list(own.worker_defaults.get("task_middleware", [])),
        )
        watch = asyncio.create_task(
            _watch(
                worker=worker,
                stop=stop,
                stop_when_idle=stop_when_idle,
                acknowledgements=acknowledgements,
            )
        )
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch
    finally:
        await pool.close()


async def _watch(
    *,
    worker: Worker,
    stop: threading.Event,
    stop_when_idle: bool,
    acknowledgements: Acknowledgements,
) -> None:
    """Tell the worker when to stop, and give back jobs whose end the database never heard."""
    placed = False
    try:
        while not stop.is_set():
            await asyncio.sleep(_WATCH_SECONDS)
            placed = placed or await _placed(worker)
            await acknowledgements.release(worker)
            if stop_when_idle and await _idle(worker):
                stop.set()
    finally:
        worker.stop()  # type: ignore[no-untyped-call]


async def _placed(worker: Worker) -> bool:
    """Write down where this worker runs, once it has a number; forget those that are gone."""
    if worker.worker_id is None:
        return False
    await worker.app.connector.execute_query_async(
        _PLACE,
        worker=worker.worker_id,
        machine=socket.gethostname()[:255],
        process=os.getpid(),
    )
    return True


async def _idle(worker: Worker) -> bool:
    row = await worker.app.connector.execute_query_one_async(_LIVE_JOBS)
    return bool(row["live"] == 0)
