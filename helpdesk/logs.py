"""Structured logs: one line an event, with the request id that follows a message through its tasks.

Nothing that a customer wrote, no address and no secret is logged; `drop_private` is the last guard.
"""

import logging
import re
from typing import Any

import structlog
from django.http import HttpRequest
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

# Also as repr() writes it, with its line breaks escaped.
ROWS = re.compile(r"(?:\n|\\n)(DETAIL|CONTEXT|LINE \d+):.*(\n[ \t].*)*")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "filters": {"routes": {"()": "helpdesk.logs.Routes"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
        # One line a task is enough, and ours bears the request's id.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},  # aiosmtpd's own, which prints addresses
        "httpx": {"level": "WARNING"},  # it prints addresses, and those of some APIs hold a key
    },
}


def drop_private(logger: Any, name: str, event: EventDict) -> EventDict:
    """Blank the values of keys that could carry a secret or a customer's words."""
    for key in event.keys() & PRIVATE:
        event[key] = "[private]"
    return event


def drop_rows(logger: Any, name: str, event: EventDict) -> EventDict:
    """PostgreSQL quotes the offending row below its message: the message says enough."""
    for key in event.keys() & {"event", "exception", "error"}:
        event[key] = ROWS.sub("", str(event[key]))
    return event


class Routes(logging.Filter):
    """Django names the address that failed. Addresses carry tokens: only its pattern is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        from helpdesk.requests import route  # needs the settings

        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(f"/{route(request)}" if one == request.path else one for one in record.args)
        return True


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
        ],
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
