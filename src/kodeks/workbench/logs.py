# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""JSON logging for our own and Django's loggers, without CPR numbers or row contents."""

import re
from collections.abc import Mapping
from typing import Any

import structlog

from kodeks.language import cpr

# PostgreSQL repeats the refused row's values after DETAIL; a log must not hold them.
_ROW_DETAIL = re.compile(r"^(DETAIL|CONTEXT|DETALJER|KONTEKST):.*$", re.MULTILINE)


def clean(value: Any) -> Any:
    """The value with CPR-like numbers masked in every text in it, keys included."""
    if isinstance(value, str):
        return cpr.mask(_ROW_DETAIL.sub(r"\1: (fjernet)", value))
    if isinstance(value, Mapping):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item) for item in value]
    if value is None or isinstance(value, bool | float):
        return value
    # Numbers and foreign objects are judged by the text the log would have written.
    text = str(value)
    cleaned = clean(text)
    return value if isinstance(value, int) and cleaned == text else cleaned


def redact(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """structlog processor: the last one before the line is written."""
    return dict(clean(event))


_SHARED: tuple[Any, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_structlog() -> None:
    """Send structlog through the standard library, so that there is one place to redact."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logging_settings(*, level: str) -> dict[str, Any]:
    """Django's `LOGGING`: one JSON line an event on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": list(_SHARED),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django gives its loggers handlers of their own; ours must be the only one.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Its debug lines hold all that a page was made of: names and texts.
            "django.template": {"level": "INFO" if level == "DEBUG" else level},
            # As do those of the mail client: whole mails.
            "imapclient": {"level": "INFO" if level == "DEBUG" else level},
        },
    }
