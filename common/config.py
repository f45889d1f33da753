"""Settings: read once from the environment, strict, each with its type, default and a line of documentation."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from marshmallow import ValidationError

from common.spelling import misspelt
from common.values import (
    Form,
    Kind,
    Value,
    auth_token,
    database_url,
    one_of,
    secret,
    sid,
    store_url,
    strong_secret,
    switch,
    web_url,
    whole,
)

DAY = 86_400
#: Twilio's SDKs read these; carrier/client.py keeps them out of our requests.
REGION_NAMES = ("TWILIO_REGION", "TWILIO_EDGE")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMER = "<the SECRET_KEY before the rotation>"
REDACTED = "'[redacted]'"


class ConfigError(Exception):
    """Start-up stops; the message ends with the line to write. A value that may be secret is never repeated."""


def setting(
    kind: Kind, doc: str, example: str, *, default: str | None = None, optional: bool = False, hidden: bool = False
) -> Any:
    """`default` is text as in the environment; a setting without one and not optional is required."""
    more = {"example": example, "default": default, "required": default is None and not optional, "hidden": hidden}
    return field(repr=not hidden, metadata={"kind": kind, "doc": doc, **more})


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Settings:
    """Hidden fields may also be read from the file that NAME_FILE names, and are never shown."""

    redis_url: str = setting(
        store_url, "Live state: Redis 7+ or Valkey, with an append-only file and `noeviction`.",
        "redis://127.0.0.1:6379/0", hidden=True,
    )  # fmt: skip
    queue_url: str = setting(
        store_url, "Where jobs wait; `REDIS_URL` if not given.", "redis://127.0.0.1:6379/1", optional=True, hidden=True
    )
    database_url: str = setting(
        database_url, "The record: SQLite, or PostgreSQL in production.", "postgresql://maskline@127.0.0.1/maskline",
        default="sqlite:///var/maskline.sqlite3", hidden=True,
    )  # fmt: skip
    public_url: str = setting(
        web_url, "The address at which the carrier and your app reach Maskline; signatures are checked against it.",
        "https://mask.shop.example",
    )  # fmt: skip
    twilio_account_sid: str = setting(
        sid("AC"), "The first account, here and at the carrier.", "AC<32 hexadecimal digits>"
    )
    twilio_auth_token: str = setting(
        auth_token, "Its auth token.", "<the auth token in the carrier's console>", hidden=True
    )
    twilio_api_url: str | None = setting(
        web_url, "Another carrier that speaks Twilio's API, or the simulator; Twilio itself if not given.",
        "http://127.0.0.1:5055", optional=True,
    )  # fmt: skip
    secret_key: str = setting(strong_secret(32), "Wraps the key ring; at least 32 characters.", "", hidden=True)
    secret_key_former: str | None = setting(
        secret(32), "The secret key before a rotation, still understood.", FORMER, optional=True, hidden=True
    )
    store_durability: str = setting(
        one_of("always", "everysec", "managed"),
        "What the store's append-only file must promise: `always`, `everysec` (a second may be lost), "
        "or `managed` (a hosted store that does not tell).",
        "always", default="always",
    )  # fmt: skip
    start_wait_seconds: int = setting(
        whole(0, DAY), "How long a process that starts waits for a store that is away; then it ends.",
        "300", default="300",
    )  # fmt: skip
    port: int = setting(whole(1, 65535), "Port of the web process.", "5000", default="5000")
    web_concurrency: int = setting(whole(1, 256), "Worker processes of the web process.", "2", default="2")
    log_level: str = setting(
        lambda text: one_of(*LOG_LEVELS)(text.upper()), f"{', '.join(LOG_LEVELS)}.", "INFO", default="INFO"
    )
    log_format: str = setting(
        one_of("text", "json"), "`text`: a line for people; `json`: an object a line, for programs that collect logs.",
        "text", default="text",
    )  # fmt: skip
    replay_window_seconds: int = setting(
        whole(3600, 30 * DAY), "How long a repeated webhook gets the same answer.", "86400", default="86400"
    )
    cooling_seconds: int = setting(
        whole(0, 365 * DAY), "How long a released pair rests before a different partner may have it.",
        "86400", default="86400",
    )  # fmt: skip
    cooling_policy: str = setting(
        one_of("soft", "strict"),
        "When only resting pairs are left: `soft` takes the one rested longest; `strict` refuses.",
        "soft", default="soft",
    )  # fmt: skip
    max_numbers_per_service: int = setting(
        whole(0, 10_000_000), "Numbers that one Service may hold; 0 for no limit.", "0", default="0"
    )
    carrier_key_recheck_seconds: int = setting(
        whole(1, DAY), "How long one of the carrier's own API keys is believed before it is asked again.",
        "300", default="300",
    )  # fmt: skip
    segments_per_second: int = setting(
        whole(1, 1000), "Segments that a long code sends in a second; toll-free numbers send 3, short codes 100.",
        "1", default="1",
    )  # fmt: skip
    in_doubt: str = setting(
        one_of("resend", "hold"),
        "A message of which nobody knows whether it was sent, and that the carrier's list has not got after two "
        "minutes: `resend` it, or `hold` it for an operator.",
        "resend", default="resend",
    )  # fmt: skip
    api_reads_per_second: int = setting(
        whole(0, 100_000), "GET requests a second of one account, in the long run; 0 for no limit.",
        "100", default="100",
    )  # fmt: skip
    api_writes_per_second: int = setting(whole(0, 100_000), "The same for POST and DELETE.", "50", default="50")
    api_burst_seconds: int = setting(
        whole(1, 3600), "So many seconds' worth of requests pass at once when none were made for a while.",
        "20", default="20",
    )  # fmt: skip
    person_messages_per_minute: int = setting(
        whole(0, 1_000_000), "Texts that one person may send, as many at once; 0 for no limit.", "60", default="60"
    )
    pair_messages_per_minute: int = setting(
        whole(0, 1_000_000), "Texts that two people may send each other.", "120", default="120"
    )
    service_messages_per_minute: int = setting(
        whole(0, 100_000_000), "Texts that all people of a Service may send.", "0", default="0"
    )
    person_calls_per_minute: int = setting(whole(0, 1_000_000), "The same three for calls.", "10", default="10")
    pair_calls_per_minute: int = setting(whole(0, 1_000_000), "Of two people.", "10", default="10")
    service_calls_per_minute: int = setting(whole(0, 100_000_000), "Of a Service.", "0", default="0")
    segments_per_day: int = setting(
        whole(0, 1_000_000_000),
        "Segments that one account may send in a day (UTC); what is beyond is not sent. 0 for no end.",
        "0", default="0",
    )  # fmt: skip
    allow_private_callbacks: bool = setting(
        switch, "`1` lets callbacks go to http:// and to private addresses; for development alone.", "0", default="0"
    )
    media_store_megabytes: int = setting(
        whole(0, 1_000_000),
        "What clean pictures and files may take of the store together, each for an hour at most; what finds no room "
        "is left out of its message.",
        "256", default="256",
    )  # fmt: skip

    def __repr__(self) -> str:
        shown = (f"{f.name}={REDACTED if f.metadata['hidden'] else repr(getattr(self, f.name))}" for f in fields(self))
        return f"Settings({', '.join(shown)})"


SCHEMA = Form.from_dict(
    {
        f.name: Value(f.metadata["kind"], f.name.upper(), required=f.metadata["required"], missing="is missing")
        for f in fields(Settings)
    }
)()

#: What a `.env` may hold of ours: the settings, and what `make run` and the SDKs read.
NAMES = frozenset(
    (
        *(f.name.upper() for f in fields(Settings)),
        *(f"{f.name.upper()}_FILE" for f in fields(Settings) if f.metadata["hidden"]),
        "SIMULATOR_PORT", "SIMULATOR_URL", "TWILIO_REGION", "TWILIO_EDGE",
    )
)  # fmt: skip


def environment(file: str = ".env") -> dict[str, str]:
    """The process's environment over the lines of `.env`. Raises ConfigError for a line that misspells a setting."""
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    for name, meant in misspelt(written, NAMES).items():
        raise ConfigError(f"{file} has a line {name}=…, and no setting is called so. Write: {meant}=…")
    return {**written, **os.environ}


def load(environ: Mapping[str, str]) -> Settings:
    specs = {f.name.upper(): f.metadata for f in fields(Settings)}
    given = {name: _text(name, meta["hidden"], environ) or meta["default"] for name, meta in specs.items()}
    try:
        values: dict[str, Any] = SCHEMA.load({name: text for name, text in given.items() if text})
    except ValidationError as error:
        name, problems = next(iter(error.messages_dict.items()))
        raise ConfigError(f"{name} {problems[0]}. {_mend(name, specs[name]['example'])}") from None
    return Settings(**{**dict.fromkeys(f.name for f in fields(Settings)), "queue_url": values["redis_url"], **values})


def _text(name: str, hidden: bool, environ: Mapping[str, str]) -> str | None:
    """An empty value counts as none, as in a `.env` with a name and nothing behind it."""
    value, path = environ.get(name), environ.get(f"{name}_FILE") if hidden else None
    if not path:
        return value
    if value:
        raise ConfigError(f"{name} and {name}_FILE are both given. Remove the line {name}=…")
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise ConfigError(
            f"{name}_FILE cannot be read. {_mend(name + '_FILE', '/run/secrets/' + name.lower())}"
        ) from None


def _mend(name: str, example: str) -> str:
    return f"Write: {name}={example}" if example else f"Run: {_maker(name)} >> .env"


def _maker(name: str) -> str:
    return f"python3 -c \"import secrets; print('{name}=' + secrets.token_urlsafe(48))\""


def _default(meta: Mapping[str, Any]) -> str:
    if meta["default"] is not None:
        return f"`{meta['default']}`"
    return "**required**" if meta["required"] else ""


def table() -> str:
    """The settings as README shows them."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for spec in fields(Settings):
        name = spec.name.upper()
        also = f" Or `{name}_FILE`." if spec.metadata["hidden"] else ""
        rows.append(f"| `{name}` | {_default(spec.metadata)} | {spec.metadata['doc']}{also} |")
    return "\n".join(rows) + "\n"


def env() -> str:
    """The settings as `.env.example` shows them: what is required stands open, the rest is commented out."""
    lines = [
        "# Copy to .env and fill in; the environment wins over this file.",
        "# Made by: python -m common.config env",
    ]
    for spec in fields(Settings):
        meta, name = spec.metadata, spec.name.upper()
        also = f" Or {name}_FILE=/path/of/a/file." if meta["hidden"] else ""
        hint = "" if meta["example"] else f" Make one: {_maker(name)} >> .env"
        # A placeholder that could pass for a value would end up in production.
        value = "" if "<" in meta["example"] else meta["example"]
        mark = "" if meta["required"] else "# "
        lines += ["", f"# {meta['doc'].replace('`', '')}{also}{hint}", f"{mark}{name}={value}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SHAPES = {"table": table, "env": env}
    about = "Print the settings, as README's table or as .env.example shows them."
    parser = ArgumentParser(prog="python -m common.config", description=about)
    parser.add_argument("shape", nargs="?", choices=sorted(SHAPES), default="table")
    sys.stdout.write(SHAPES[parser.parse_args().shape]())
