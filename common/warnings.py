"""Warnings at start-up about settings that work but will cause trouble: one sentence each, with what to write."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from common.config import REGION_NAMES, Settings, environment

#: Modes of a PostgreSQL client that never use a connection without TLS.
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
#: Names in a private network.
NEAR = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".cluster.local")


def warnings(settings: Settings, environ: Mapping[str, str] | None = None) -> list[str]:
    """`environ`: by default the process's environment and `.env`."""
    return [
        text
        for text in (
            _mangled_host(settings.public_url),
            _clear_text("PUBLIC_URL", settings.public_url),
            _clear_text("TWILIO_API_URL", settings.twilio_api_url),
            _clear_store("REDIS_URL", settings.redis_url),
            _clear_store("QUEUE_URL", settings.queue_url) if settings.queue_url != settings.redis_url else None,
            _clear_database(settings.database_url),
            _unreachable(settings),
            _private_callbacks(settings),
            _same_keys(settings),
            _ignored_region(environment() if environ is None else environ),
        )
        if text
    ]


def _mangled_host(url: str) -> str | None:
    host = (urlsplit(url).hostname or "").rstrip(".")
    labels = host.count(".") + 1
    if _is_address(host) or not (labels == 2 or labels >= 6):
        return None
    return (
        f"PUBLIC_URL: twilio-node rewrites hosts of two and of six or more labels, so it cannot reach {host}; "
        f"Python and curl are not affected. Write: PUBLIC_URL=https://mask.shop.example (three to five labels)"
    )


def _clear_text(name: str, url: str | None) -> str | None:
    if url is None or not url.startswith("http://") or _is_loopback(url):
        return None
    return f"{name}: messages and tokens travel unencrypted. Write: {name}=https://…"


def _clear_store(name: str, url: str) -> str | None:
    if not url.startswith("redis://") or _is_near(url):
        return None
    return f"{name}: the store is in another network, and what it holds travels unencrypted. Write: {name}=rediss://…"


def _clear_database(url: str) -> str | None:
    if not url.startswith("postgres") or _is_near(url):
        return None
    if {mode for name, mode in parse_qsl(urlsplit(url).query) if name == "sslmode"} & ENCRYPTED:
        return None
    return (
        "DATABASE_URL: the database is in another network, and the record may travel unencrypted. "
        "Write: DATABASE_URL=postgresql://…?sslmode=verify-full"
    )


def _is_near(url: str) -> bool:
    """Whether the host is on this machine or in a private network, as far as its name or address tells."""
    host = urlsplit(url).hostname or ""
    if _is_address(host):
        return ip_address(host).is_private
    return "." not in host or host.endswith(NEAR)


def _unreachable(settings: Settings) -> str | None:
    if settings.twilio_api_url is not None or not _is_loopback(settings.public_url):
        return None
    return (
        "PUBLIC_URL: Twilio cannot reach a loopback address, so no message will arrive. "
        "Write: PUBLIC_URL=https://mask.shop.example (the address of a tunnel or of your server)"
    )


def _private_callbacks(settings: Settings) -> str | None:
    # At a loopback address only users of this machine can reach us, and callbacks go to their own apps.
    if not settings.allow_private_callbacks or _is_loopback(settings.public_url):
        return None
    return (
        "ALLOW_PRIVATE_CALLBACKS: callbacks may go to http:// and into the private network, so who can set a URL "
        "can reach that network. In production remove the line ALLOW_PRIVATE_CALLBACKS=1"
    )


def _same_keys(settings: Settings) -> str | None:
    if settings.secret_key != settings.secret_key_former:
        return None
    return "SECRET_KEY_FORMER is the same as SECRET_KEY, so nothing is rotated. Remove the line SECRET_KEY_FORMER=…"


def _ignored_region(environ: Mapping[str, str]) -> str | None:
    found = [name for name in REGION_NAMES if environ.get(name)]
    if not found:
        return None
    return (
        f"{' and '.join(found)}: ignored here, because the carrier is only reached at TWILIO_API_URL (default: "
        f"https://api.twilio.com). Programs that call us with Twilio's SDK need both unset: the SDK would put "
        f"them into the host of our URL. For another host write: TWILIO_API_URL=https://…"
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "localhost" or host.endswith(".localhost") or (_is_address(host) and ip_address(host).is_loopback)
