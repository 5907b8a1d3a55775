# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How fast are the messages to the national systems built, checked and read?

    .venv/bin/python benchmarks/connectors/messages.py --schemas ../shared/data/inquiries/sf2900

CPU seconds of one process. The schema is the municipality's own copy; without one, nothing is
validated and the line says so. Where python-serviceplatformen is installed it writes a message too.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from kodeks.casework.ports import DistributionRecord, LetterRecord, Recipient
from kodeks.connectors.digital_post import memo
from kodeks.connectors.distribution import message, soap

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
PDF = b"%PDF-1.7" + b"brev" * 12_500
SHA256 = hashlib.sha256(PDF).hexdigest()
TEXT = b"Der er et dybt hul i vejen ved Testvej, og cyklisterne maa koere udenom. " * 5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--schemas", type=Path)
    options.add_argument("--count", type=int, default=3000)
    asked = options.parse_args()
    system = str(uuid.uuid4())
    sender = message.Sender(cvr="64942212", system=system)
    record = _distribution()
    say("SF2900 JOURNALPOST built", lambda: message.build(record, sender), asked.count)
    if asked.schemas is None:
        print("SF2900 against the schema: no --schemas given")
    else:
        schema = etree.XMLSchema(etree.parse(asked.schemas / "DistributionServiceMsg.xsd"))
        request = message.build(record, sender)
        schema.assertValid(request)
        say("SF2900 validated", lambda: schema.assertValid(request), asked.count)

        def both() -> bytes:
            made = message.build(record, sender)
            schema.assertValid(made)
            return soap.wrap(made)

        say("SF2900 built, validated and written as SOAP", both, asked.count)
    letter, municipality = _letter(), memo.Sender(cvr="64942212", label="Eksempelkøbing Kommune")

    def memo_bytes() -> bytes:
        return etree.tostring(memo.build(letter, sender=municipality, created=AT))

    say("MeMo with a PDF of 50 kB, checked and written", memo_bytes, asked.count)
    _peer(asked.count)


def say(what: str, work: Callable[[], object], count: int) -> None:
    work()
    began = time.process_time()
    for _ in range(count):
        work()
    spent = time.process_time() - began
    print(f"{what}: {count / spent:,.0f} per CPU second")


def _peer(count: int) -> None:
    try:
        from python_serviceplatformen.models import message as models
        from python_serviceplatformen.models import xml_util
    except ImportError:
        print("python-serviceplatformen is not installed")
        return

    def theirs() -> str:
        file = models.File(
            encodingFormat="application/pdf",
            filename="brev.pdf",
            language="da",
            content=base64.b64encode(PDF).decode(),
        )
        made = models.create_digital_post_with_main_document(
            "Vi har modtaget din henvendelse",
            models.Sender(senderID="64942212", idType="CVR", label="Eksempelkøbing Kommune"),
            models.Recipient(recipientID="0405781234", idType="CPR"),
            (file,),
        )
        return str(xml_util.dataclass_to_xml_string(made))

    say("python-serviceplatformen, the same PDF, fewer fields, nothing checked", theirs, count)


def _distribution() -> DistributionRecord:
    return DistributionRecord(
        key="run:forward",
        case_id=str(uuid.uuid4()),
        case_number="2026-0000123",
        kle_number="05.01.08",
        facet="G01",
        unit="vej-og-park",
        route="kle",
        document_id=str(uuid.uuid4()),
        document_title="Henvendelse (Kontaktformular)",
        direction="incoming",
        letter_date=AT.date(),
        theme="Henvendelse om huller i vejen",
        media_type="text/plain; charset=utf-8",
        content=TEXT,
        registered_at=AT,
        since=AT,
    )


def _letter() -> LetterRecord:
    return LetterRecord(
        key="run:send",
        case_number="2026-0000123",
        kle_number="05.01.08",
        kle_title="Vejvedligeholdelse",
        kle_version="2024-01-01",
        facet="G01",
        subject="Vi har modtaget din henvendelse",
        department="Vej og Park",
        letter_date=AT.date(),
        sha256=SHA256,
        content=PDF,
        recipient=Recipient(kind="cpr", number="0405781234"),
        reference=str(uuid.uuid4()),
    )


if __name__ == "__main__":
    main()
