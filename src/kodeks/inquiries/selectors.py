# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Reads of this room."""

from __future__ import annotations

import uuid

from django.db.models import Case, QuerySet, When

from kodeks.inquiries.models import Inquiry, Topic
from kodeks.kernel.models import Decision, Recommendation


def waiting() -> QuerySet[Inquiry]:
    """Inquiries that nobody has decided, urgent ones first, then the oldest."""
    calm = Case(When(urgency="", then=1), default=0)
    return Inquiry.objects.filter(decision_id=None).order_by(calm, "received_at", "id")


def handled() -> QuerySet[Inquiry]:
    """Decided inquiries, newest first."""
    return Inquiry.objects.exclude(decision_id=None).order_by("-received_at", "-id")


def without_recommendation() -> QuerySet[Inquiry]:
    """Waiting inquiries that have not been triaged."""
    return Inquiry.objects.filter(decision_id=None, recommendation_id=None)


def inquiry(inquiry_id: uuid.UUID) -> Inquiry:
    """One inquiry with its case. Raises Inquiry.DoesNotExist."""
    return Inquiry.objects.select_related("case", "case__unit").get(id=inquiry_id)


def recommendation_of(inquiry: Inquiry) -> Recommendation | None:
    if inquiry.recommendation_id is None:
        return None
    return Recommendation.objects.select_related("release").get(id=inquiry.recommendation_id)


def decision_of(inquiry: Inquiry) -> Decision | None:
    if inquiry.decision_id is None:
        return None
    return Decision.objects.select_related("user", "recommendation").get(id=inquiry.decision_id)


def topics() -> QuerySet[Topic]:
    return Topic.objects.select_related("unit").all()


def topic(label: str) -> Topic:
    return Topic.objects.select_related("unit").get(label=label)


def topic_titles() -> dict[str, str]:
    return dict(Topic.objects.values_list("label", "title"))


def of_person(index: bytes) -> QuerySet[Inquiry]:
    """The inquiries of the person with this blind index, newest first."""
    return (
        Inquiry.objects.filter(sender_index=index).select_related("case").order_by("-received_at")
    )
