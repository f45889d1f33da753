"""Parses texts from outside: the fields of a form, and the settings.

A kind of value is a function that takes a text and returns a value. It raises ValidationError with what the text must
be, never with the text itself, which may be a secret or a real number. `Value` makes a marshmallow field of it. Kinds
for settings, and for settings and the API, are here; kinds only for the API are in proxy/api/values.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from common.client_address import Network

Kind = Callable[[str], Any]


class Value(fields.Field[Any]):
    """One field of one kind. `name`: its name in the form or in the environment."""

    def __init__(self, kind: Kind, name: str, *, required: bool = False, missing: str = "is required") -> None:
        super().__init__(data_key=name, required=required, allow_none=False, error_messages={"required": missing})
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return self.read(value)

    def read(self, value: Any) -> Any:
        """Raises ValidationError."""
        if not isinstance(value, str):
            raise ValidationError("must be text")
        return self.kind(value)


class Form(Schema):
    """Unknown fields are ignored."""

    class Meta:
        unknown = EXCLUDE

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What `load` gives, many times as fast. Raises ValidationError.

        If anything is wrong, `load` reads it again and says what: so errors have one form.
        """
        try:
            if self._required <= given.keys():
                return {attribute: read(given[name]) for name, attribute, read in self._readers if name in given}
        except ValidationError:
            pass
        loaded: dict[str, Any] = self.load(given)
        return loaded

    @cached_property
    def by_name(self) -> dict[str, fields.Field[Any]]:
        """The fields by their names in the form."""
        return {field.data_key or name: field for name, field in self.load_fields.items()}

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(name for name, field in self.by_name.items() if field.required)

    @cached_property
    def _readers(self) -> list[tuple[str, str, Callable[[Any], Any]]]:
        """Of each field: its name in the form, its name in the result, and how it is read."""
        return [(field.data_key or name, name, _reader(field)) for name, field in self.load_fields.items()]


def _reader(field: fields.Field[Any]) -> Callable[[Any], Any]:
    """A Form has no other fields than Values and lists of them."""
    if isinstance(field, fields.List):
        return partial(_each, _reader(field.inner))
    assert isinstance(field, Value)
    return field.read


def _each(read: Callable[[Any], Any], given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise ValidationError("must be a list")
    return [read(one) for one in given]


def checked(is_valid: Callable[[str], object], problem: str) -> Kind:
    """The text itself, if it is valid."""

    def read(text: str) -> str:
        if not is_valid(text):
            raise ValidationError(problem)
        return text

    return read


def matching(pattern: str, problem: str) -> Kind:
    return checked(re.compile(pattern).fullmatch, problem)


def problem_of(kind: Kind, text: str) -> str | None:
    """What the text must be, if it is not that."""
    try:
        kind(text)
    except ValidationError as error:
        return str(error.messages[0])
    return None


def optional(kind: Kind) -> Kind:
    """Empty text is None."""
    return lambda text: kind(text) if text else None


def one_of(*words: str) -> Kind:
    return checked(words.__contains__, f"must be one of {', '.join(words)}")


def choice(values: Mapping[str, object], problem: str) -> Kind:
    def read(text: str) -> object:
        if text not in values:
            raise ValidationError(problem)
        return values[text]

    return read


def whole(least: int, most: int, hint: str = "") -> Kind:
    def read(text: str) -> int:
        # int() alone would accept "١٢", "1_000" and " 5".
        if not re.fullmatch("[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValidationError(f"must be a whole number from {least} to {most}{hint}")
        return int(text)

    return read


def sid(prefix: str) -> Kind:
    return matching(f"{prefix}[0-9a-fA-F]{{32}}", f"must be {prefix} and 32 hexadecimal digits")


switch = choice({"0": False, "1": True}, "must be 0 or 1")


def address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValidationError("must be an address such as 127.0.0.1, or 0.0.0.0 for every address") from None


def networks(text: str) -> tuple[Network, ...]:
    """`none`, or networks and single addresses with commas between them."""
    if text == "none":
        return ()
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        problem = "must be none, or networks such as 10.0.0.0/8 (no bit set behind the mask) with commas between them"
        raise ValidationError(problem) from None


def secret(least: int) -> Kind:
    return checked(
        lambda text: len(text) >= least and text.isprintable(),
        f"must be printable text of at least {least} characters",
    )


def hard_to_guess(kind: Kind) -> Kind:
    """Random text is accepted; text that a person types to fill the line is not."""
    random = checked(lambda text: not _is_guessed(text), "must be random: this one is easily guessed")
    return lambda text: random(kind(text))


def strong_secret(least: int) -> Kind:
    return hard_to_guess(secret(least))


#: Programs log in with it, and it signs webhooks. The carrier's own have at least as many characters.
auth_token = hard_to_guess(matching(r"[!-9;-~]{16,256}", "must be 16 to 256 ASCII characters without space or colon"))


PLACEHOLDERS = (
    "changeme", "changethis", "replaceme", "replacethis", "yoursecret", "secretkeyhere", "insecure", "password",
    "qwerty", "letmein", "maskline", "twilio",
)  # fmt: skip


def _is_guessed(text: str) -> bool:
    letters = re.sub(r"[^a-z]", "", text.casefold())
    repeats = (text + text).find(text, 1) < len(text)
    # Most characters next to the one before: abcdef…, 0123…
    steps = [abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text)]
    counts = sum(steps) > len(steps) / 2
    return len(set(text)) < 8 or repeats or counts or any(word in letters for word in PLACEHOLDERS)


def _split(text: str) -> SplitResult:
    if not re.fullmatch(r"[!-~]+", text):
        raise ValidationError("must be a URL of ASCII characters without spaces (a host name in punycode)")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValidationError("must be a URL with a host and a port from 1 to 65535") from None
    if port == 0:
        raise ValidationError("must be a URL with a port from 1 to 65535")
    return parts


def _is_host(name: str | None) -> bool:
    """Underscores are not valid in host names, but container networks use them."""
    if not name:
        return False
    return ":" in name or all(re.fullmatch(r"[A-Za-z0-9_-]+", label) for label in name.removesuffix(".").split("."))


def web_url(text: str) -> str:
    parts = _split(text)
    if not text.startswith(("https://", "http://")) or not _is_host(parts.hostname):
        raise ValidationError("must be absolute: https:// or http://, then a host")
    if "@" in parts.netloc or "?" in text or "#" in text or "\\" in text:
        raise ValidationError("must have no user, no query and no fragment")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")


def store_url(text: str) -> str:
    parts = _split(text)
    socket = parts.scheme == "unix" and len(parts.path) > 1
    if not socket and not (parts.scheme in ("redis", "rediss") and parts.hostname):
        raise ValidationError("must start with redis://, rediss:// or unix:// and name a host or a socket")
    # redis-py takes database 0 for a path that it does not understand.
    if not socket and not re.fullmatch(r"/?[0-9]*", parts.path):
        raise ValidationError("must end with the number of a database, as in /0")
    return text


def database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if not text.isprintable() or " " in text:
        raise ValidationError("must be a URL of printable characters without spaces")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    raise ValidationError("must start with sqlite:/// (and a file) or postgresql://")
