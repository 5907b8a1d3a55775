# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Does mail survive kill -9? `kodeks mail fetch` empties a mailbox while it is killed at random and
the server breaks off; afterwards everything is counted. Then mails a second, without kills.

    .venv/bin/python benchmarks/mail/receive.py --mails 1000 --kills 20

The mailbox is the fake server of the tests, over IMAP with TLS. Exits 0 only if nothing was lost
and nothing doubled.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))

import certificates
import imap_server

from kodeks.database import cluster
from kodeks.demo import corpus

say = partial(print, flush=True)
_TEXTS = [one.text for one in corpus.history()]
_FETCH = [sys.executable, "-m", "kodeks", "mail", "fetch"]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--mails", type=int, default=1000)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--faults", type=int, default=20)
    options.add_argument("--seed", type=int, default=6)
    given = options.parse_args()
    memory = Path("/dev/shm")  # noqa: S108
    home = Path(tempfile.mkdtemp(prefix="kodeks-mail-", dir=memory if memory.is_dir() else None))
    home.chmod(0o711)
    os.environ |= {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_INSECURE_HTTP": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
        "SSL_CERT_FILE": str(certificates.file()),
        "KODEKS_IMAP_HOST": certificates.HOST,
        "KODEKS_IMAP_USER": imap_server.USER,
    }
    try:
        cluster.start(home=home)
        subprocess.run([sys.executable, "-m", "kodeks", "demo-prepare"], check=True)
        with imap_server.running() as server:
            os.environ["KODEKS_IMAP_PORT"] = str(server.port)
            faults = _run(given, server)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)
    for fault in faults:
        say(f"FAULT: {fault}")
    return 1 if faults else 0


def _run(given: argparse.Namespace, server: imap_server.Mailbox) -> list[str]:
    import django

    django.setup()
    from kodeks.connectors.mail import reading, receiving
    from kodeks.connectors.models import Arrival
    from kodeks.inquiries.models import Inquiry
    from kodeks.robots import credentials

    credentials.put(
        robot=receiving.ROBOT, name="imap", secret=imap_server.PASSWORD, made_by="benchmark"
    )
    before = Inquiry.objects.count()
    mails = [_mail(number) for number in range(given.mails)]
    began = time.process_time()
    for raw in mails:
        reading.read(raw)
    say(f"Read alone: {given.mails / (time.process_time() - began):.0f} mails a CPU second.")
    for raw in mails:
        server.add(raw)
    draw = random.Random(given.seed)
    kinds = ("cut-after-fetch", "cut-after-move", "literal-short", "bad-search")
    server.fail(*(draw.choice(kinds) for _ in range(given.faults)))
    kills = _emptied(server, draw, given.kills)
    new, arrivals = Inquiry.objects.count() - before, Arrival.objects.count()
    done = len(server.messages(receiving.DONE))
    left = len(server.store.faults)
    say(f"Killed with SIGKILL: {kills}. Faults of the server: {given.faults - left}.")
    say(f"Mails {given.mails}, inquiries {new}, registered {arrivals}, put away {done}.")
    for raw in (_mail(given.mails + number) for number in range(200)):
        server.add(raw)
    server.store.faults.clear()
    began, worked = time.monotonic(), time.process_time()
    visit = receiving.visit(receiving.account())
    rates = [visit.new / (time.monotonic() - began), visit.new / (time.process_time() - worked)]
    say(f"Taken in without kills: {rates[0]:.0f} mails a second, {rates[1]:.0f} a CPU second.")
    problems = []
    if not new == arrivals == done == given.mails:
        problems.append("lost or doubled")
    if kills < given.kills or visit.new != 200:
        problems.append(f"only {kills} kills, {visit.new} at the end")
    return problems


def _emptied(server: imap_server.Mailbox, draw: random.Random, kills: int) -> int:
    """Fetch until the inbox is empty; the number of times that it was killed at work."""
    killed = 0
    while server.messages("INBOX"):
        logins = server.store.logins
        process = subprocess.Popen(
            _FETCH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while server.store.logins == logins and process.poll() is None:
            time.sleep(0.005)
        if killed < kills and process.poll() is None:
            time.sleep(draw.uniform(0.0, 0.8))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
        process.wait()
    return killed


def _mail(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"Prøveperson {number} <person{number}@example.invalid>"
    message["Subject"] = f"Henvendelse {number}"
    message["Message-ID"] = f"<{number}@example.invalid>"
    message["Date"] = "Thu, 26 Nov 2026 09:00:00 +0100"
    text = _TEXTS[number % len(_TEXTS)]
    message.set_content(text)
    message.add_alternative(f"<html><body><p>{text}</p></body></html>", subtype="html")
    if number % 3 == 0:
        message.add_attachment(
            os.urandom(20_000), maintype="image", subtype="jpeg", filename="hul.jpg"
        )
    return message.as_bytes().replace(b"\n", b"\r\n")


if __name__ == "__main__":
    sys.exit(main())
