"""Structured logs: one line an event, with the request id that follows a message through its tasks.

Nothing that a customer wrote, no address and no secret is logged; `drop_private` is the last guard.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

PRIVATE = {
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "body",
    "text",
    "html",
    "raw",
    "email",
    "address",
    "subject",
}

ROWS = re.compile(r"\n(DETAIL|CONTEXT|LINE \d+):.*(\n[ \t].*)*")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},  # aiosmtpd's own, which prints addresses
    },
}


def drop_private(logger: Any, name: str, event: EventDict) -> EventDict:
    """Blank the values of keys that could carry a secret or a customer's words."""
    for key in event.keys() & PRIVATE:
        event[key] = "[private]"
    return event


def drop_rows(logger: Any, name: str, event: EventDict) -> EventDict:
    """PostgreSQL quotes the offending row below its message: the message says enough."""
    for key in event.keys() & {"exception", "error"}:
        event[key] = ROWS.sub("", str(event[key]))
    return event


def configure(*, json: bool) -> None:
    """Set up structlog: JSON lines in production, readable lines elsewhere."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        drop_private,
    ]
    final: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    LOGGING["formatters"]["line"] = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            drop_rows,
            final,
        ]
        if json
        else [structlog.stdlib.ProcessorFormatter.remove_processors_meta, final],
        "foreign_pre_chain": shared,
    }
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
