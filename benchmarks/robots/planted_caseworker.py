# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Decides every inquiry that has been triaged, each with a line of a file as own consideration."""

from __future__ import annotations

import sys
import time
from contextlib import suppress

import django


def main() -> None:
    django.setup()
    from kodeks.kernel import viewing

    viewing.serve_as("caseworker")
    from kodeks.inquiries import selectors, services
    from kodeks.inquiries.errors import InquiryError
    from kodeks.kernel import alarms
    from kodeks.kernel import api as kernel
    from kodeks.kernel.models import User

    sofie = User.objects.get(username="sofie")
    with open(sys.argv[1], encoding="utf-8") as file:
        considerations = [line.strip() for line in file]
    merete = User.objects.get(username="merete")
    left = set(selectors.waiting().values_list("id", flat=True))
    planted = len(left)
    while left:
        # Supervision stops a system whose caseworker agrees with nearly everything.
        for alarm in alarms.open_ones():
            print("alarm", alarm.kind, flush=True)
            alarms.close(alarm_id=alarm.id, user=merete, text="Det er en prøve med plantede numre.")
        ready = selectors.waiting().exclude(recommendation_id=None)
        for inquiry in list(ready[:500]):
            consideration = considerations[len(left) % len(considerations)]
            with suppress(kernel.Refused):
                kernel.show(recommendation_id=inquiry.recommendation_id, user=sofie)
            label = kernel.recommendation(inquiry.recommendation_id).suggestion["label"]
            for choice, own in (("accept", None), ("own", label)):
                try:
                    services.decide(
                        inquiry_id=inquiry.id,
                        user=sofie,
                        choice=choice,
                        label=own or label,
                        own_consideration=consideration,
                    )
                except (kernel.Refused, InquiryError) as refusal:
                    print(choice, getattr(refusal, "code", ""), flush=True)
                    continue
                left.discard(inquiry.id)
                break
        print(f"decided {planted - len(left)} of {planted}", flush=True)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
