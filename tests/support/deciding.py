# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A caseworker who looks at the suggestion, if there is one for them, and then decides."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel


def decide(*, inquiry_id: uuid.UUID, user: kernel.User, **given: Any) -> kernel.Decision:
    """As services.decide, after what the page does before it."""
    see(selectors.inquiry(inquiry_id), user)
    return services.decide(inquiry_id=inquiry_id, user=user, **given)


def see(inquiry: Inquiry, user: kernel.User) -> None:
    """The suggestion is put before the person; nothing for one who may not see it."""
    if inquiry.recommendation_id is not None:
        with suppress(kernel.Refused):
            kernel.show(recommendation_id=inquiry.recommendation_id, user=user)
