# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Answers with the 503 page when the database is out of reach."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from kodeks.workbench import errors

log = structlog.get_logger(__name__)


class DatabaseUnavailable:
    """Turns a view's lost database connection into a page that gives back what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not errors.is_unavailable(exception):
            return None
        log.error("database_unavailable", kind=type(exception).__name__)
        return errors.unavailable(request)
