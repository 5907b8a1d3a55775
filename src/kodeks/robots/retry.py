# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""When a job is tried again, and when a person must look instead."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision

if TYPE_CHECKING:
    from procrastinate.jobs import Job

_UNFORESEEN_SECONDS = 30.0


@dataclass(frozen=True)
class Policy:
    """Seconds and tries. The defaults reach over an outage of about forty minutes."""

    most_attempts: int = 12
    first_wait: float = 1.0
    longest_wait: float = 600.0
    newer_worker: float = 600.0
    """Seconds that a run which this program does not know is left for one that does."""

    def wait(self, attempts: int) -> float:
        """Seconds before the next try after `attempts` (>= 1) failed ones.

        Exponential back-off with equal jitter (Brooker, "Exponential Backoff And Jitter", AWS
        2015): half of the wait is random, so that runs that failed together come back apart.
        """
        whole = min(self.longest_wait, self.first_wait * 2.0 ** min(attempts - 1, 30))
        return whole * (0.5 + secrets.randbelow(1001) / 2000)


def policy() -> Policy:
    """The installation's policy: Django's setting `KODEKS_ROBOTS_RETRY`, or the defaults."""
    chosen: Policy = getattr(settings, "KODEKS_ROBOTS_RETRY", Policy())
    return chosen


class RetryLater(Exception):
    """Raised to procrastinate, which logs it: holds ids and class names only."""

    def __init__(self, *, reason: str, seconds: float) -> None:
        super().__init__(f"{reason}; again in {seconds:.1f} s")
        self.seconds = seconds


class GivenUp(Exception):
    """A background job failed for good; it stays in the queue as failed, for a person."""


class Strategy(BaseRetryStrategy):
    """Our tasks say themselves when they want to be tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, GivenUp):
            return None
        seconds = exception.seconds if isinstance(exception, RetryLater) else _UNFORESEEN_SECONDS
        return RetryDecision(retry_at=timezone.now() + datetime.timedelta(seconds=seconds))
