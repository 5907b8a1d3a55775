# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Letters a second on one core, beside WeasyPrint in the same run.

    .venv/bin/python benchmarks/documents/letters.py --letters 300

Every letter is another: recipient, case, one to two pages of text, a receipt as QR code (about
1,900 bytes, as of a log with a million entries and four witnesses) and as file. Ours is PDF/UA-1
and PDF/A-3a; WeasyPrint's is PDF/UA-1, its nearest. WeasyPrint gets the QR code drawn and the
attachments made, so only its own work is counted. `uv` installs it in a throw-away environment.
Both are held to one core, and what counts is processor time. Exits with 1 below 100 letters/s.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import io
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf

from kodeks.documents import qr
from kodeks.documents.letters import Facts, Heading, Letter, Listing, danish_date, render, to_json

GOAL = 100
WARM_UP = 10
FIRST = ("Ane", "Bo", "Clara", "Dennis", "Else", "Frode", "Gerda", "Hassan", "Ida", "Jørgen")
LAST = ("Æbelø", "Bruun", "Christoffersen", "Dam", "Eskildsen", "Friis", "Grønbæk", "Øllgaard")
SENTENCES = (
    "Vi har læst din henvendelse og set på stedet.",
    "Du kan altid ringe til os, hvis du har spørgsmål til sagen.",
    "Vi skriver til dig igen, når arbejdet er færdigt.",
    "Afdelingen har lagt vægt på, hvor mange der bruger vejen hver dag.",
    "Hvis noget er forkert, kan du skrive det på siden »Se din sag«.",
    "Det kan vare længere, når det er frost, og så får du et nyt brev.",
)
SUBJECTS = ("Hul i vejen", "Affald på fortovet", "En lygte, der ikke lyser", "Træ på cykelstien")
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=300)
    count = arguments.parse_args().letters
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    letters = [letter(number) for number in range(count + WARM_UP)]
    print(f"{count} letters, core {core} of {platform.processor() or platform.machine()}")
    ours = measure_ours(letters)
    peer = measure_weasyprint(letters)
    if peer is not None:
        print(f"ours is {ours / peer:.1f} times as fast")
    return 0 if ours >= GOAL else 1


def measure_ours(letters: list[Letter]) -> float:
    for each in letters[:WARM_UP]:
        render(each)
    begun, looked = time.process_time(), time.perf_counter()
    sizes = [len(render(each)) for each in letters[WARM_UP:]]
    used, passed = time.process_time() - begun, time.perf_counter() - looked
    pages = [pages_of(render(each)) for each in letters[WARM_UP : WARM_UP + 50]]
    return told("kodeks", len(sizes), used, passed, sizes, sum(pages) / len(pages))


def measure_weasyprint(letters: list[Letter]) -> float | None:
    """Letters a second of processor time; None with a reason when it cannot be installed."""
    with tempfile.TemporaryDirectory() as folder:
        python = installed(Path(folder))
        if python is None:
            return None
        file = Path(folder) / "letters.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for each in letters:
                lines.write(json.dumps(for_weasyprint(each), ensure_ascii=False) + "\n")
        script = Path(__file__).with_name("_weasyprint.py")
        answer = subprocess.run(
            [python, script, file, str(WARM_UP)], stdout=subprocess.PIPE, check=True
        )
    found = json.loads(answer.stdout)
    name = f"WeasyPrint {found['version']}"
    return told(
        name,
        len(found["sizes"]),
        found["used"],
        found["passed"],
        found["sizes"],
        found["pages"],
    )


def installed(folder: Path) -> Path | None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if uv is None:
        print("WeasyPrint: left out, as there is no uv to install it with")
        return None
    python = folder / "peer" / "bin" / "python"
    made = subprocess.run([uv, "venv", "--quiet", folder / "peer"], check=False)
    if made.returncode == 0:
        made = subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", python, "weasyprint"], check=False
        )
    if made.returncode != 0:
        print("WeasyPrint: left out, as it could not be installed")
        return None
    return python


def told(
    name: str,
    count: int,
    used: float,
    passed: float,
    sizes: list[int],
    pages: float,
) -> float:
    each = used / count
    print(
        f"{name}: {count / used:.1f} letters/s of processor time, {each * 1000:.2f} ms each, "
        f"{count / passed:.1f} letters/s by the clock, {sum(sizes) / count / 1024:.0f} KiB and "
        f"{pages:.1f} pages on average",
        flush=True,
    )
    return count / used


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def letter(number: int) -> Letter:
    """One of the letters; the same number is always the same letter."""
    draw = random.Random(number)
    name = f"{draw.choice(FIRST)} {draw.choice(LAST)} {draw.choice(LAST)}"
    code = slip(draw)
    return Letter(
        municipality="Eksempel Kommune",
        department="Vej og Park",
        recipient_name=name,
        recipient_address=(f"Nørre Allé {draw.randrange(1, 200)}", "8000 Aarhus C"),
        date=datetime.date(2026, 1, 1) + datetime.timedelta(days=draw.randrange(365)),
        case_number=f"2026-{number:07d}",
        subject=f"Svar om: {draw.choice(SUBJECTS)}",
        paragraphs=(
            f"Kære {name}. Tak for din henvendelse.",
            Facts((("Emne", draw.choice(SUBJECTS)), ("Afdeling", "Vej og Park"))),
            Heading("Sådan har vi gjort"),
            *(" ".join(draw.choices(SENTENCES, k=5)) for _ in range(draw.randrange(2, 7))),
            Heading("Det sker der nu"),
            Listing(tuple(draw.choices(SENTENCES, k=3)), numbered=True),
        ),
        signature=("Venlig hilsen", "Bo Æbelø", "Sagsbehandler"),
        contact=("Telefon 12 34 56 78", "vejogpark@eksempel.example"),
        receipt="Din kvittering står i koden herunder. Læs koden med en telefon.",
        code=code,
        receipt_file=json.dumps({"kvittering": code, "more": slip(draw)}).encode(),
        attachment={"case_number": f"2026-{number:07d}", "decision": str(number)},
    )


def slip(draw: random.Random) -> str:
    """Random text of the form and size of a slip (kodeks.ledger.slip)."""

    def line(length: int) -> str:
        return "".join(draw.choices(DIGITS, k=length))

    hashes = "\n".join(line(44) for _ in range(20))
    witnesses = "\n".join(f"— witness.example/{n} {line(104)}" for n in range(4))
    head = f"c2sp.org/tlog-proof@v1\nextra {line(400)}\nindex {draw.randrange(10**6)}"
    return f"{head}\n{hashes}\n\n{witnesses}\n"


def for_weasyprint(each: Letter) -> dict[str, str]:
    return {
        "letter": to_json(each),
        "date": danish_date(each.date),
        "receipt": each.receipt,
        "receipt_file": each.receipt_file.decode(),
        "code": base64.b64encode(qr.png(qr.modules(each.code.encode()))).decode(),
    }


if __name__ == "__main__":
    sys.exit(main())
