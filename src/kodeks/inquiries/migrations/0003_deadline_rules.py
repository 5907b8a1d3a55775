# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The days of answering become rules of the KLE numbers, and open cases get their deadlines."""

import uuid

from django.db import migrations
from django.utils import timezone

from kodeks.casework import deadlines, kle

SOURCE = "Kommunens liste over emner"


def rules(apps, schema_editor):
    """The shortest of a number's topics, as the department's page has shown it."""
    rule = apps.get_model("casework", "DeadlineRule")
    for number, days in _days(apps).items():
        rule.objects.get_or_create(
            kle_prefix=number,
            kind="reply",
            valid_from=kle.LISTED_FROM,
            defaults={"amount": days, "unit": "working_days", "source": SOURCE},
        )


def clocks(apps, schema_editor):
    """For cases that a department has; where the robot has not come so far, it begins them."""
    inquiry = apps.get_model("inquiries", "Inquiry")
    deadline = apps.get_model("casework", "Deadline")
    event = apps.get_model("casework", "DeadlineEvent")
    item = apps.get_model("casework", "InboxItem")
    days = _days(apps)
    waiting = inquiry.objects.exclude(case=None).exclude(case__state="closed")
    for one in waiting.select_related("case__kle"):
        items = list(item.objects.filter(case=one.case, kind="inquiry").order_by("created_at"))
        amount = days.get(one.case.kle.number)
        if not items or amount is None:
            continue
        # Counted anew from where the department was changed.
        moment = one.received_at if len(items) == 1 else items[-1].created_at
        started_on = timezone.localdate(moment)
        term = deadlines.Term(amount=amount, unit="working_days", source=SOURCE)
        made = deadline.objects.create(
            key=f"inquiry:{one.id}",
            case=one.case,
            kind="reply",
            terms=[vars(term)],
            source=SOURCE,
            started_on=started_on,
            due_on=deadlines.last_day(started_on=started_on, term=term),
        )
        event.objects.create(
            key=uuid.uuid4(), deadline=made, step="started", on=started_on, due_on=made.due_on
        )


def _days(apps):
    topics = apps.get_model("inquiries", "Topic").objects.order_by("-working_days")
    return dict(topics.values_list("kle_number", "working_days"))


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0002_retention"), ("casework", "0007_deadlines")]

    operations = [
        migrations.RunPython(rules, migrations.RunPython.noop),
        migrations.RunPython(clocks, migrations.RunPython.noop),
        migrations.RemoveField(model_name="topic", name="working_days"),
    ]
