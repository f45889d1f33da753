"""The form of a customer's URL. Strict, because an attacker can use any URL that two programs read differently.

So a URL is parsed only here, and the request is built from the parts. A name in another script is turned into ASCII
(IDNA) before it is checked. Numbers count as an address only in the usual form, since a resolver also takes `127.1`,
`0x7f.1` and `2130706433` for loopback. A fragment is allowed (Twilio's overrides of time-outs are one) and never sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import idna

from callbacks.http.addresses import is_public

MAX_CHARACTERS = 2048
MAX_NAME_CHARACTERS = 253
PORTS = frozenset({443, 8443})
DEFAULT_PORTS = {"https": 443, "http": 80}
#: Names that are never public, whatever a resolver answers.
PRIVATE_ZONES = (".localhost", ".local", ".localdomain", ".internal", ".home.arpa", ".onion")

URL = re.compile(r"(?P<scheme>[A-Za-z]+)://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?")
AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@%\\]+)(?::(?P<port>[1-9][0-9]{0,4}))?")
VISIBLE = re.compile(r"[!-\[\]-~]*")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: Not valid in host names, but container networks use them.
LOOSE_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class UrlRefused(ValueError):
    """Its text says what the URL must be, and never repeats the URL."""


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """A URL that was accepted. `host` is a name in ASCII, or an address without brackets; `path` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL as the receiver sees it. We sign this form."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def is_literal(self) -> bool:
        return _is_literal(self.host)


def check_url(url: str, allow_private: bool = False, for_the_carrier: bool = False) -> str | None:
    """Why this URL is refused, or None if it is accepted. Names are not resolved here.

    `for_the_carrier`: the carrier will fetch it, not we, so http and any port are allowed too.
    """
    try:
        split_url(url, allow_private, for_the_carrier)
    except UrlRefused as refused:
        return str(refused)
    return None


def split_url(url: str, allow_private: bool = False, any_port: bool = False) -> Target:
    """Raises UrlRefused. `any_port` also allows http and any port; `allow_private` both of these and any host."""
    loose = allow_private or any_port
    if len(url) > MAX_CHARACTERS:
        raise UrlRefused(f"must have at most {MAX_CHARACTERS} characters")
    parts = URL.fullmatch(url)
    scheme = parts["scheme"].lower() if parts else ""
    if parts is None or scheme not in (("https", "http") if loose else ("https",)):
        raise UrlRefused("must be an absolute URL that begins with https://")
    path = ((parts["path"] or "/") + (parts["query"] or "")).removesuffix("?")
    if not VISIBLE.fullmatch(path):
        raise UrlRefused("must have only visible ASCII characters after the host, and no backslash")
    host, port = _host_and_port(parts["authority"])
    return Target(scheme, _host(host, allow_private), _port(port, scheme, loose), path)


def _host_and_port(authority: str) -> tuple[str, str | None]:
    parts = AUTHORITY.fullmatch(authority)
    if parts is None:
        raise UrlRefused("must have a host, perhaps a port, and no user between https:// and the next slash")
    return parts["host"], parts["port"]


def _port(text: str | None, scheme: str, any_port: bool) -> int:
    port = int(text) if text else DEFAULT_PORTS[scheme]
    if port > 65_535 or (port not in PORTS and not any_port):
        raise UrlRefused("must have port 443 or 8443")
    return port


def _host(text: str, allow_private: bool) -> str:
    host = _literal(text[1:-1]) if text.startswith("[") else _name(text, allow_private)
    if _is_literal(host) and not (allow_private or is_public(host)):
        raise UrlRefused("must have a public address")
    return host


def _literal(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise UrlRefused("must have a valid address in the brackets") from None


def _name(text: str, allow_private: bool) -> str:
    name = text.lower() if text.isascii() else _in_ascii(text)
    if _ends_in_a_number(name):
        return _canonical(text)
    label = LOOSE_LABEL if allow_private else LABEL
    if len(name) > MAX_NAME_CHARACTERS or not all(label.fullmatch(each) for each in name.split(".")):
        raise UrlRefused("must have a valid host name, without a final dot")
    if not allow_private and ("." not in name or f".{name}".endswith(PRIVATE_ZONES)):
        raise UrlRefused("must have a host name that is known everywhere")
    return name


def _in_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        raise UrlRefused("must have a valid host name") from None


def _canonical(text: str) -> str:
    """Of the text as it came: digits of another script are not turned into ASCII here."""
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise UrlRefused("must have a host name, or an address as four decimal numbers") from None


def _is_literal(host: str) -> bool:
    return ":" in host or _ends_in_a_number(host)


def _ends_in_a_number(host: str) -> bool:
    return NUMBER.fullmatch(host.rpartition(".")[2]) is not None
