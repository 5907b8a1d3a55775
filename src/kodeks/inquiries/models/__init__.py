# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The tables of this room; each module says who writes them."""

from kodeks.inquiries.models.answers import (
    Acknowledgement,
    Answered,
    ReplyDraft,
)
from kodeks.inquiries.models.handling import (
    Attended,
    LegalClock,
    LegalClockStep,
    Settled,
    Split,
)
from kodeks.inquiries.models.inquiry import (
    CALM,
    SEVERAL,
    Attachment,
    Channel,
    Inquiry,
    Likeness,
    Topic,
)
from kodeks.inquiries.models.learning import (
    ExampleSet,
    Retraining,
    RetrainingEnd,
    RetrainingOutcome,
    RetrainingProgress,
    RetrainingStep,
)
from kodeks.inquiries.models.sorting import (
    Place,
    Sorting,
)
from kodeks.inquiries.models.uniformity import UniformityReport
from kodeks.inquiries.models.visible import (
    InInquiry,
    OfClock,
    OfInquiry,
)

__all__ = [
    "CALM",
    "SEVERAL",
    "Acknowledgement",
    "Answered",
    "Attachment",
    "Attended",
    "Channel",
    "ExampleSet",
    "InInquiry",
    "Inquiry",
    "LegalClock",
    "LegalClockStep",
    "Likeness",
    "OfClock",
    "OfInquiry",
    "Place",
    "ReplyDraft",
    "Retraining",
    "RetrainingEnd",
    "RetrainingOutcome",
    "RetrainingProgress",
    "RetrainingStep",
    "Settled",
    "Sorting",
    "Split",
    "Topic",
    "UniformityReport",
]
