# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A process of its own: whatever waits in an installation of the demo is carried to its end.

Sofie types an inquiry in, decides everything on the page, changes one decision twice, opens the
number and marks it as answered; the robot works in between. What a person can type is what the test
has planted. The citizen's receipts are saved in the folder that is given.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

os.environ |= {"DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings"}


def _ask(url: str, body: bytes) -> Any:
    """The demo's witnesses, whose processes do not run here: asked in their folders."""
    from kodeks.demo import witnesses
    from kodeks.kernel import api as kernel
    from kodeks.workbench import configuration

    for one in witnesses.neighbours(configuration.home()):
        if one.url == url:
            answer = one.store.add_checkpoint(body, clock=time.time)
            return kernel.WitnessReply(status=answer.status, body=answer.body.encode())
    raise kernel.WitnessUnreachable(url)


def main() -> None:
    told, folder = json.load(sys.stdin), Path(sys.argv[1])
    import django

    django.setup()
    from kodeks.kernel import viewing

    viewing.serve_as("tests")
    from django.urls import reverse

    from kodeks.casework.models import Document, InboxItem
    from kodeks.demo.visitor import Visitor
    from kodeks.inquiries import selectors, services
    from kodeks.inquiries.models import Inquiry
    from kodeks.kernel import sequencer, witnessing
    from kodeks.robots.worker import run_worker

    def publish(stop: threading.Event) -> None:
        # Beside the worker, as letters wait a minute for their receipts.
        while not stop.wait(0.5):
            witnessing.Round(_ask).ask()

    def work() -> None:
        run_worker(background=[sequencer.run, publish], stop_when_idle=True)
        while sequencer.integrate():
            pass
        witnessing.Round(_ask).ask()

    sofie = Visitor()
    sofie.take_role("sofie")
    new = reverse("inquiries:new")
    submission = re.search(r'name="submission" value="([^"]+)"', sofie.read(new))
    assert submission is not None
    sofie.submit(new, to=new, fields=told["form"] | {"submission": submission[1]})
    work()
    for inquiry in Inquiry.objects.all():
        suggested = selectors.recommendation_of(inquiry)
        assert suggested is not None
        accepts = suggested.suggestion["label"] == told["label"]
        number = reverse("inquiries:sender-cpr", args=[inquiry.id])
        sofie.submit(number, to=number, fields={"reason": told["reason"]})
        sofie.handle(
            inquiry.id,
            choice="accept" if accepts else "other",
            label=told["label"],
            words=told["consideration"],
        )
    work()
    changed = Inquiry.objects.latest("registered_at")
    page = reverse("inquiries:reverse", args=[changed.id])
    # To another topic and back, so that its rule of retention is the others'.
    for label in (told["other"], told["label"]):
        standing = re.search(r'name="replaces" value="([^"]+)"', sofie.read(page))
        assert standing is not None
        words = {"cause": "mistake", "own_consideration": told["consideration"]}
        sofie.submit(page, to=page, fields={"replaces": standing[1], "label": label} | words)
        work()
    department = reverse("inquiries:department")
    for item in InboxItem.objects.all():
        address = reverse("inquiries:answered", args=[item.id])
        sofie.submit(department, to=address, fields={"afdeling": item.unit.code})
    work()
    for inquiry in Inquiry.objects.all():
        place = [services.SUBJECT, str(inquiry.id)]
        kinds = ("recommendation", "decision", "act-journalise", "act-receipt")
        for kind in (*kinds, "reversal") if inquiry == changed else kinds:
            file = folder / f"{inquiry.id}-{kind}.json"
            file.write_bytes(sofie.fetch(reverse("workbench:receipt", args=[*place, kind])))
    letters = Document.objects.filter(direction="outgoing")
    (folder / "letter.pdf").write_bytes(bytes(letters[0].content))


if __name__ == "__main__":
    main()
