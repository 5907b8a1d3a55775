# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""CPR numbers are typed in every field there is; afterwards none is found in the clear anywhere.

Looked through are every table of the database, the sessions' contents, the letters, the journal's
folder, the models and the log, each without regard to how a number is spelt.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from kernel_stage import stage  # noqa: F401

from kodeks.inquiries import services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel import sequencer
from kodeks.kernel.models import Decision, Recommendation, User
from kodeks.robots import engine
from kodeks.robots.models import Run

# Each number is planted in another place, so that a find says where it came from.
BORN = "0101{year:02}"
SPELLINGS = (
    "{a}-{b}",
    "{a}{b}",
    "{a} {b}",
    "{a}\u20131234",
    "{a}\u2011{b}",
    "{a}\u2212{b}",
    "{a}\u00a0{b}",
    "{a} - {b}",
    "{d} {m} {y} {b}",
    "{d}.{m}.{y}-{b}",
    "{d}-{m}-{y}-{b}",
    "{d}\u00a0{m}\u00a0{y}\u00a0{b}",
    "{a}-\n{b}",
    "{d}{m}\u200b{y}{b}",
    "wide:{a}-{b}",
    "wide:{a}{b}",
)
_WIDE = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


def spelt(spelling: str, year: int) -> tuple[str, str]:
    """The number as written, and its ten digits."""
    day, month, serial = "01", "01", "1234"
    number = spelling.removeprefix("wide:").format(
        a=f"{day}{month}{year:02}", b=serial, d=day, m=month, y=f"{year:02}"
    )
    return (
        number.translate(_WIDE) if spelling.startswith("wide:") else number,
        f"{day}{month}{year:02}{serial}",
    )


PLANTED = [spelt(spelling, year) for year, spelling in enumerate(SPELLINGS, start=50)]
FIELDS = {
    name: spelt("{a}-{b}", 30 + place)[0]
    for place, name in enumerate(
        (
            "name",
            "district",
            "cpr",
            "reference",
            "consideration",
            "reason",
            "search",
            "case",
            "user",
            "path",
            "password",
            "code",
            "unmasking",
        )
    )
}
DIGITS = [digits for _, digits in PLANTED] + [re.sub(r"\D", "", one) for one in FIELDS.values()]
_ANY = re.compile("|".join(r"[^0-9A-Za-z]{0,3}".join(digits) for digits in DIGITS))


def found_in(text: str) -> list[str]:
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _ANY.findall(unicodedata.normalize("NFKC", seen))


def found_in_bytes(data: bytes) -> list[str]:
    """In the bytes as text, and in the compressed streams of a PDF file."""
    parts = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return [hit for part in parts for hit in found_in(part.decode("utf-8", "replace"))]


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What the program's own handler would have written, everyday lines included."""
    root, written = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(written)
    formatter = next(one.formatter for one in root.handlers if one.name == "stderr")
    handler.setFormatter(formatter)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="module")
def lived(stage: Any, log: io.StringIO, tmp_path_factory: Any, django_db_blocker: Any) -> Any:  # noqa: F811
    """The whole line with a number in each place where somebody may type one."""
    folder = tmp_path_factory.mktemp("journal")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "KODEKS_JOURNAL_FOLDER", folder)
        clerk, owner = Client(), Client()
        clerk.force_login(User.objects.get(username="sofie"))
        owner.force_login(User.objects.get(username="merete"))
        everything = "; ".join(f"nummer {number}, og så" for number, _ in PLANTED)
        page = clerk.get("/henvendelser/ny/").content.decode()
        submission = re.search(r'name="submission" value="([^"]+)"', page)
        assert submission is not None
        answer = clerk.post(
            "/henvendelser/ny/",
            {
                "submission": submission[1],
                "text": f"{PLANTED[0][0]} er mit nummer. Der er et hul i vejen. {everything}",
                "channel": "web",
                "sender_name": f"Bo {FIELDS['name']}",
                "sender_cpr": FIELDS["cpr"],
                "district": FIELDS["district"],
            },
        )
        assert answer.status_code == 302, answer.content.decode()
        services.receive(
            external_id=f"mail:{FIELDS['reference']}",
            text="Der er rotter i gården.",
            channel="mail",
        )
        for inquiry in Inquiry.objects.filter(decision_id=None, external_id__contains=":"):
            if inquiry.recommendation_id is None:
                services.triage(inquiry_id=str(inquiry.id))
            assert clerk.get(f"/henvendelser/{inquiry.id}/").status_code == 200
            answer = clerk.post(
                f"/henvendelser/{inquiry.id}/afgoer/",
                {
                    "choice": "reject",
                    "own_consideration": f"Skrev {FIELDS['consideration']}. " + everything,
                },
            )
            assert answer.status_code == 302
            decided = Inquiry.objects.get(id=inquiry.id).decision_id
            assert engine.execute(run_id=Run.objects.get(decision_id=decided).id) is None
        services.shown_cpr(
            inquiry=Inquiry.objects.exclude(sealed_cpr=None).get(),
            user=User.objects.get(username="sofie"),
            reason=f"Er det {FIELDS['unmasking']}?",
        )
        assert (
            owner.post(
                "/systemer/inquiries/stop/", {"reason": f"Fejl i {FIELDS['reason']}. {everything}"}
            ).status_code
            == 302
        )
        clerk.get("/henvendelser/", {"words": FIELDS["search"]}, follow=True)
        clerk.get("/henvendelser/journal/", {"case_number": FIELDS["search"]}, follow=True)
        clerk.get(f"/henvendelser/{FIELDS['path']}/")
        Client().get(f"/indsigt/inquiry/{FIELDS['path']}/")
        Client().post("/se-din-sag/", {"case_number": FIELDS["case"], "code": FIELDS["code"]})
        Client().post("/log-ind/", {"username": FIELDS["user"], "password": FIELDS["password"]})
        Client().post("/log-ind/?next=" + FIELDS["path"], {"username": "", "password": ""})
        sequencer.integrate()
        logging.getLogger("django.request").error("Not Found: /x/%s", FIELDS["path"])
        yield stage, folder


def test_the_scan_finds_what_it_looks_for() -> None:
    for number, _ in PLANTED:
        assert found_in(f"før {number} efter"), number
    assert found_in_bytes(b"x stream\n" + zlib.compress(PLANTED[0][0].encode()) + b"\nendstream")


def test_no_table_holds_a_number(lived: Any) -> None:
    stage, _ = lived  # noqa: F811
    tables = stage.owner.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    assert {"kernel_decision", "django_session", "procrastinate_jobs", "robots_run"} <= {
        name for _, name in tables
    }
    hits = {}
    for schema, name in tables:
        for row in stage.owner.execute(f'SELECT * FROM "{schema}"."{name}"').fetchall():
            for value in row:
                found = found_in_bytes(value) if isinstance(value, bytes) else found_in(str(value))
                if found:
                    hits.setdefault(name, []).extend(found)
    assert hits == {}


def test_what_was_sealed_holds_no_number_either(lived: Any, django_db_blocker: Any) -> None:
    """A table shows nothing of a sealed record; whoever opens it must find no number in it."""
    with django_db_blocker.unblock():
        opened = [kernel.decision(one) for one in Decision.objects.values_list("id", flat=True)]
        opened += [
            kernel.recommendation(one)
            for one in Recommendation.objects.values_list("id", flat=True)
        ]
    texts = [str(record.body) for record in opened if record]
    assert len(texts) >= 4
    assert any("Skrev [CPR]." in text for text in texts)
    assert any("[CPR] er mit nummer" in text for text in texts)
    assert [found_in(text) for text in texts if found_in(text)] == []


def test_the_line_was_really_run(lived: Any) -> None:
    stage, folder = lived  # noqa: F811
    counted = stage.as_owner(
        "SELECT (SELECT count(*) FROM kernel_decision) * 100 + (SELECT count(*) FROM kernel_act)"
    )
    assert counted >= 206
    masked = stage.as_owner("SELECT count(*) FROM inquiries_inquiry WHERE text LIKE '%%[CPR]%%'")
    assert masked >= 1
    assert any(folder.rglob("*.pdf")) or any(path.is_file() for path in folder.rglob("*"))


def test_no_session_holds_a_number(lived: Any, django_db_blocker: Any) -> None:
    from django.contrib.sessions.models import Session

    with django_db_blocker.unblock():
        sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert sessions
    assert [found_in(session) for session in sessions if found_in(session)] == []


def test_no_file_holds_a_number(lived: Any) -> None:
    _, folder = lived
    files = [path for path in folder.rglob("*") if path.is_file()]
    files += [
        path
        for room in ("models", "logs")
        for path in (Path(django_settings.KODEKS_HOME) / room).rglob("*")
        if path.is_file()
    ]
    assert files
    for path in files:
        assert found_in(str(path)) == []
        assert found_in_bytes(path.read_bytes()) == [], path.name


def test_no_line_of_the_log_holds_a_number(lived: Any, log: io.StringIO) -> None:
    assert "[CPR]" in log.getvalue()
    assert found_in(log.getvalue()) == []
