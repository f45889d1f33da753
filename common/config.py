"""Settings: read once from the environment and checked; each has a parser, a default and a line of documentation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from marshmallow import ValidationError

from common.client_address import Network
from common.quota_settings import QuotaSettings
from common.setting import setting
from common.spelling import misspelled
from common.values import (
    Form,
    Value,
    address,
    auth_token,
    database_url,
    networks,
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
    """The start is refused. The message ends with the line to write, and never contains a value that may be secret."""


@dataclass(frozen=True, repr=False, kw_only=True)
class MainSettings:
    """All but those in modules of their own."""

    redis_url: str = setting(
        store_url,
        "Live state: Redis 7+ or Valkey, with an append-only file and `noeviction`; of a Cluster, any node.",
        "redis://127.0.0.1:6379/0", hidden=True,
    )  # fmt: skip
    queue_url: str = setting(
        store_url,
        "Store for the queues of jobs, a single server; default: `REDIS_URL`, if that is no Cluster.",
        "redis://127.0.0.1:6379/1", optional=True, hidden=True,
    )  # fmt: skip
    database_url: str = setting(
        database_url, "Database of the record: SQLite, or PostgreSQL in production.", "postgresql://maskline@127.0.0.1/maskline",
        default="sqlite:///var/maskline.sqlite3", hidden=True,
    )  # fmt: skip
    public_url: str = setting(
        web_url, "URL at which the carrier and your app reach Maskline. Webhook signatures are checked against it.",
        "https://mask.shop.example",
    )  # fmt: skip
    twilio_account_sid: str = setting(
        sid("AC"), "SID of the first account, here and at the carrier.", "AC<32 hexadecimal digits>"
    )
    twilio_auth_token: str = setting(
        auth_token, "Auth token of that account.", "<the auth token in the carrier's console>", hidden=True
    )
    twilio_auth_token_former: str | None = setting(
        auth_token, "The token before `TWILIO_AUTH_TOKEN`, accepted for a day after the first start with it.",
        "<the token before the rotation>", optional=True, hidden=True,
    )  # fmt: skip
    twilio_api_url: str | None = setting(
        web_url, "URL of another carrier with Twilio's API, or of the simulator; default: Twilio.",
        "http://127.0.0.1:5055", optional=True,
    )  # fmt: skip
    secret_key: str = setting(strong_secret(32), "Encrypts the key ring; at least 32 characters.", "", hidden=True)
    secret_key_former: str | None = setting(
        secret(32), "The previous `SECRET_KEY`, still accepted during a rotation.", FORMER, optional=True, hidden=True
    )
    store_durability: str = setting(
        one_of("always", "everysec", "managed"),
        "Required durability of the store's append-only file: `always`, `everysec` (a second may be lost), "
        "or `managed` (a hosted store that does not report it).",
        "always", default="always",
    )  # fmt: skip
    store_replicas: int = setting(
        whole(0, 10),
        "Replicas of the store that must have a change before it is answered; 0: a failover may lose the last moments.",
        "1", default="0",
    )  # fmt: skip
    store_functions: str = setting(
        one_of("load", "script"),
        "`load`: the store keeps our functions as a library (FUNCTION LOAD, FCALL); `script`: for a store that forbids "
        "FUNCTION (EVALSHA; slower).",
        "load", default="load",
    )  # fmt: skip
    start_wait_seconds: int = setting(
        whole(0, DAY), "Seconds that a starting process waits for a store that is away; then it exits.",
        "300", default="300",
    )  # fmt: skip
    listen_host: str = setting(
        address, "Address on which the web process listens; `make run` sets 127.0.0.1.", "127.0.0.1", default="0.0.0.0"
    )
    port: int = setting(whole(1, 65535), "Port of the web process.", "5000", default="5000")
    web_concurrency: int = setting(whole(1, 256), "Worker processes of the web process.", "2", default="2")
    log_level: str = setting(
        lambda text: one_of(*LOG_LEVELS)(text.upper()), f"{', '.join(LOG_LEVELS)}.", "INFO", default="INFO"
    )
    log_format: str = setting(
        one_of("text", "json"), "`text`: lines for people; `json`: one JSON object per line, for log collectors.",
        "text", default="text",
    )  # fmt: skip
    replay_window_seconds: int = setting(
        whole(3600, 30 * DAY), "Seconds in which a repeated webhook gets the same answer.", "86400", default="86400"
    )
    cooling_seconds: int = setting(
        whole(0, 365 * DAY), "Seconds before a released pair may be leased with a different partner.",
        "86400", default="86400",
    )  # fmt: skip
    cooling_policy: str = setting(
        one_of("soft", "strict"),
        "If only cooling pairs are left: `soft` takes the one that has cooled longest, `strict` refuses.",
        "soft", default="soft",
    )  # fmt: skip
    carrier_key_recheck_seconds: int = setting(
        whole(1, DAY), "Seconds until one of the carrier's API keys is checked at the carrier again.",
        "300", default="300",
    )  # fmt: skip
    accept_carrier_keys: bool = setting(
        switch, "`0` accepts only API keys of our own (`flask keys add`), not the carrier's.", "0", default="1"
    )
    carrier_key_checks_per_minute: int = setting(
        whole(1, 100_000), "Unknown API keys that the carrier is asked about per minute, for the whole installation.",
        "30", default="30",
    )  # fmt: skip
    login_failures_per_minute: int = setting(
        whole(0, 100_000), "Wrong credentials that one address may send to the API per minute; 0: no limit.",
        "10", default="10",
    )  # fmt: skip
    account_login_failures_per_minute: int = setting(
        whole(1, 1_000_000), "Wrong credentials for one account per minute, above which an address may send only one.",
        "60", default="60",
    )  # fmt: skip
    segments_per_second: int = setting(
        whole(1, 1000), "Segments that a long code sends per second; toll-free numbers send 3, short codes 100.",
        "1", default="1",
    )  # fmt: skip
    in_doubt: str = setting(
        one_of("resend", "hold"),
        "If a send's result is unknown and the message is not in the carrier's list after 2 minutes: `resend` it, "
        "or `hold` it for an operator.",
        "resend", default="resend",
    )  # fmt: skip
    api_reads_per_second: int = setting(
        whole(0, 100_000), "GET requests per second of one account, on average; 0: no limit.",
        "100", default="100",
    )  # fmt: skip
    api_writes_per_second: int = setting(
        whole(0, 100_000),
        "POST and DELETE requests per second of one account, on average; 0: no limit.",
        "50", default="50",
    )  # fmt: skip
    api_burst_seconds: int = setting(
        whole(1, 3600), "Burst: after a time without requests, this many seconds of requests are allowed at once.",
        "20", default="20",
    )  # fmt: skip
    person_messages_per_minute: int = setting(
        whole(0, 1_000_000),
        "Texts that one person may send per minute, all at once or not; 0: no limit.",
        "60",
        default="60",
    )
    pair_messages_per_minute: int = setting(
        whole(0, 1_000_000),
        "Texts that two people may send to each other per minute; 0: no limit.",
        "120",
        default="120",
    )
    service_messages_per_minute: int = setting(
        whole(0, 100_000_000), "Texts that all people of a Service may send per minute; 0: no limit.", "0", default="0"
    )
    person_calls_per_minute: int = setting(
        whole(0, 1_000_000), "Calls that one person may make per minute; 0: no limit.", "10", default="10"
    )
    pair_calls_per_minute: int = setting(
        whole(0, 1_000_000), "Calls that two people may make to each other per minute; 0: no limit.", "10", default="10"
    )
    service_calls_per_minute: int = setting(
        whole(0, 100_000_000), "Calls that all people of a Service may make per minute; 0: no limit.", "0", default="0"
    )
    segments_per_day: int = setting(
        whole(0, 1_000_000_000),
        "Segments that one account may send per day (UTC); messages above it are not sent. 0: no limit.",
        "0", default="0",
    )  # fmt: skip
    allow_private_callbacks: bool = setting(
        switch, "`1` allows callbacks to http:// and to private addresses; for development only.", "0", default="0"
    )
    trusted_proxies: tuple[Network, ...] = setting(
        networks, "Your reverse proxies' networks, with commas; their `X-Forwarded-For` tells a client's address.",
        "10.0.0.0/8,192.0.2.7", default="none",
    )  # fmt: skip
    log_client_addresses: bool = setting(
        switch,
        "`1` writes clients' addresses into the security log in clear; else a keyed hash of each.",
        "0",
        default="0",
    )
    media_store_megabytes: int = setting(
        whole(0, 1_000_000),
        "Space in the store for cleaned pictures and files, each kept for at most an hour. A file that does not "
        "fit is left out of its message.",
        "256", default="256",
    )  # fmt: skip
    media_sandbox: str = setting(
        one_of("required", "best", "off"),
        "The process that decodes received files is locked in (Landlock, seccomp, another user). `required`: the "
        "worker of files does not start where a part of that is missing; `best`: it warns, and uses what there is; "
        "`off`: only limits of memory, time and open files.",
        "required", default="best",
    )  # fmt: skip


@dataclass(frozen=True, repr=False, kw_only=True)
class Settings(QuotaSettings, MainSettings):
    """A hidden field can also be read from the file that NAME_FILE names, and is never shown."""

    def __repr__(self) -> str:
        shown = (f"{f.name}={REDACTED if f.metadata['hidden'] else repr(getattr(self, f.name))}" for f in fields(self))
        return f"Settings({', '.join(shown)})"


SCHEMA = Form.from_dict(
    {
        f.name: Value(f.metadata["kind"], f.name.upper(), required=f.metadata["required"], missing="is missing")
        for f in fields(Settings)
    }
)()

#: The names that a `.env` may have: the settings, and those that `make run` and the SDKs read.
NAMES = frozenset(
    (
        *(f.name.upper() for f in fields(Settings)),
        *(f"{f.name.upper()}_FILE" for f in fields(Settings) if f.metadata["hidden"]),
        "SIMULATOR_PORT", "SIMULATOR_URL", "TWILIO_REGION", "TWILIO_EDGE",
    )
)  # fmt: skip


def environment(file: str = ".env") -> dict[str, str]:
    """The lines of `.env`, overridden by the environment. Raises ConfigError for a line that misspells a setting."""
    written = {name: value for name, value in dotenv_values(file).items() if value is not None}
    for name, intended in misspelled(written, NAMES).items():
        raise ConfigError(f"{file} has a line {name}=…, but there is no setting with this name. Write: {intended}=…")
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
    """An empty value counts as not given, as in a `.env` line without a value."""
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
    return f"Write: {name}={example}" if example else f"Run: {maker(name)} >> .env"


def maker(name: str) -> str:
    """The command that prints a line with a new random value."""
    return f"python3 -c \"import secrets; print('{name}=' + secrets.token_urlsafe(48))\""
