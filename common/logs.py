"""The format of log lines (LOG_FORMAT), and the level of each logger (LOG_LEVEL).

Libraries that log phone numbers stay at WARNING, whatever LOG_LEVEL is.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from pythonjsonlogger.json import JsonFormatter

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
#: RQ logs a line for every job, once a second.
BUSY = ("rq.worker", "rq.cron", "rq.queue", "rq.job", "rq.scripts")
#: The SDK logs the numbers that it requests, as parts of URLs.
REVEALING = ("twilio", "urllib3", "alembic")


class TextFormatter(logging.Formatter):
    """The time in UTC, the message, then the facts of common.activity as name=value."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        return time.gmtime(seconds)

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = getattr(record, "facts", {})
        shown = " ".join(f"{name}={value}" for name, value in facts.items() if name not in ("event", "outcome"))
        return f"{super().format(record)} {shown}".rstrip()


class FactsFormatter(JsonFormatter):
    """One JSON object per line: time (UTC, ISO 8601), level, logger, message, and the facts of common.activity."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        facts = log_data.pop("facts", {})
        return {**log_data, **facts}


def _formatter(shape: str) -> logging.Formatter:
    if shape == "text":
        return TextFormatter(FORMAT)
    return FactsFormatter(
        "%(levelname)s %(name)s %(message)s",
        rename_fields={"levelname": "level", "name": "logger", "timestamp": "time"},
        timestamp=True,
    )


def json_formatter() -> logging.Formatter:
    """For proxy/granian_json.json, by name."""
    return _formatter("json")


def text_formatter() -> logging.Formatter:
    """For proxy/granian_text.json, by name."""
    return _formatter("text")


def configure(level: str, shape: str = "text") -> None:
    """`shape`: text | json."""
    logging.basicConfig(format=FORMAT)
    root = logging.getLogger()
    root.setLevel(level)
    for handler in root.handlers:
        handler.setFormatter(_formatter(shape))
    for name in BUSY:
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else "WARNING")
    for name in REVEALING:
        logging.getLogger(name).setLevel("WARNING")
