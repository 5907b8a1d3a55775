# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Slows down guessing of passwords: a pause per user name and address.

Guidance: NIST SP 800-63B section 5.2.2 (rate limiting). No name or address is stored, only a
hash keyed with the site's secret.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from kodeks.workbench.models import SignInFailure

MOST_FAILURES = 5
PAUSE = timedelta(minutes=15)


def address_of(request: HttpRequest) -> str:
    """The caller's address; behind a proxy the last one, which the proxy itself wrote."""
    if settings.KODEKS_BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "")
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def fingerprint(*, username: str, address: str) -> str:
    """Hex HMAC-SHA-256 of the user name (case ignored) and address."""
    text = f"{username.strip().casefold()}\0{address}"
    return salted_hmac("kodeks.workbench.throttling", text, algorithm="sha256").hexdigest()


def is_paused(*, username: str, address: str) -> bool:
    """True after MOST_FAILURES failures within the last PAUSE."""
    recent = SignInFailure.objects.filter(
        fingerprint=fingerprint(username=username, address=address),
        failed_at__gt=timezone.now() - PAUSE,
    )
    return recent.count() >= MOST_FAILURES


def record_failure(*, username: str, address: str) -> None:
    """Remember a failure, and forget those that no longer count."""
    now = timezone.now()
    SignInFailure.objects.filter(failed_at__lte=now - PAUSE).delete()
    SignInFailure(fingerprint=fingerprint(username=username, address=address), failed_at=now).save(
        force_insert=True
    )


def forget(*, username: str, address: str) -> None:
    """Clear the failures after a sign-in that succeeded."""
    SignInFailure.objects.filter(
        fingerprint=fingerprint(username=username, address=address)
    ).delete()
