"""What the text of a setting may be: each parser gives the value, or raises ValueError with what it has to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit

Parser = Callable[[str], object]


def one_of(*words: str, fold: Callable[[str], str] = str) -> Parser:
    def parse(text: str) -> str:
        if fold(text) not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return fold(text)

    return parse


def whole(low: int, high: int) -> Parser:
    def parse(text: str) -> int:
        # int() alone would take "١٢", "1_000" and " 5".
        if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def secret(least: int) -> Parser:
    def parse(text: str) -> str:
        if len(text) < least or not text.isprintable():
            raise ValueError(f"must be printable text of at least {least} characters")
        return text

    return parse


def strong_secret(least: int) -> Parser:
    """Random text passes; what a person types to fill the line does not."""
    long_enough = secret(least)

    def parse(text: str) -> object:
        value, words = long_enough(text), re.sub(r"[^a-z]", "", text.casefold())
        if len(set(text)) < 8 or _repeats(text) or _counts(text) or any(word in words for word in PLACEHOLDERS):
            raise ValueError("must be random: this one is easily guessed")
        return value

    return parse


PLACEHOLDERS = ("changeme", "changethis", "replaceme", "replacethis", "yoursecret", "secretkeyhere", "insecure")


def _repeats(text: str) -> bool:
    return (text + text).find(text, 1) < len(text)


def _counts(text: str) -> bool:
    """Mostly each character next to the one before: abcdef…, 0123…"""
    steps = [abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text)]
    return sum(steps) > len(steps) / 2


def account_sid(text: str) -> str:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", text):
        raise ValueError("must be AC and 32 hexadecimal digits")
    return text


def auth_token(text: str) -> str:
    if not re.fullmatch(r"[!-9;-~]{8,256}", text):
        raise ValueError("must be 8 to 256 ASCII characters without space or colon")
    return text


def switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return text == "1"


def _split(text: str) -> SplitResult:
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be a URL of ASCII characters without spaces (a host name in punycode)")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("must be a URL with a host and a port from 1 to 65535") from None
    if port == 0:
        raise ValueError("must be a URL with a port from 1 to 65535")
    return parts


def _is_host(name: str | None) -> bool:
    """Underscores are no host name, yet container networks have them."""
    if not name:
        return False
    return ":" in name or all(re.fullmatch(r"[A-Za-z0-9_-]+", label) for label in name.removesuffix(".").split("."))


def web_url(text: str) -> str:
    parts = _split(text)
    if not text.startswith(("https://", "http://")) or not _is_host(parts.hostname):
        raise ValueError("must be absolute: https:// or http://, then a host")
    if "@" in parts.netloc or "?" in text or "#" in text or "\\" in text:
        raise ValueError("must have no user, no query and no fragment")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def store_url(text: str) -> str:
    parts = _split(text)
    socket = parts.scheme == "unix" and len(parts.path) > 1
    if not socket and not (parts.scheme in ("redis", "rediss") and parts.hostname):
        raise ValueError("must start with redis://, rediss:// or unix:// and name a host or a socket")
    # redis-py takes database 0 for a path that it does not understand.
    if not socket and not re.fullmatch(r"/?[0-9]*", parts.path):
        raise ValueError("must end with the number of a database, as in /0")
    return text


def database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if not text.isprintable() or " " in text:
        raise ValueError("must be a URL of printable characters without spaces")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    raise ValueError("must start with sqlite:/// (and a file) or postgresql://")
