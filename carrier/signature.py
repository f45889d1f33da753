"""The carrier's signature on a webhook: one HMAC instead of the SDK validator's two to four.

Fact (Twilio, "Webhooks security"): HMAC-SHA1 under the auth token over the URL as the carrier has it and each sorted
name with its sorted distinct values. The signature has no delimiters, so it is necessary and never enough: see parse.
"""

from __future__ import annotations

import hmac
import itertools
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\])(:[0-9]{1,5})?")
DEFAULT_PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, fields: Iterable[tuple[str, list[str]]]) -> str:
    text = url + "".join(name + value for name, values in sorted(fields) for value in sorted(set(values)))
    return b64encode(hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), "sha1")).decode()


def spellings(url: str) -> list[str]:
    """The carrier signs a URL with its port or without, not always the same way: its SDK's validator takes both."""
    parts = urlsplit(url)
    if parts.port is not None:
        return [url, parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()]
    default = DEFAULT_PORTS.get(parts.scheme)
    return [url, parts._replace(netloc=f"{parts.netloc}:{default}").geturl()] if default else [url]


def is_genuine(tokens: Iterable[str], url: str, fields: list[tuple[str, list[str]]], given: str | None) -> bool:
    """Whether `given` is the signature of these fields at this URL under one of the tokens. Never raises."""
    if not given:
        return False
    # Stopping at the first that fits tells nothing to who has none that fits.
    return any(signs(token, each, fields, given) for token in tokens for each in spellings(url))


def signs(token: str, url: str, fields: list[tuple[str, list[str]]], given: str) -> bool:
    """Whether `given` is the signature at exactly this URL."""
    return given.isascii() and hmac.compare_digest(sign(token, url, fields), given)


def bases(public_url: str, seen: Iterable[str], port: int) -> Iterator[str]:
    """What the carrier may have in place of PUBLIC_URL, without a slash at the end, the most similar first.

    `seen`: hosts, with a port or without, under which the request came. `port`: the one that we listen on.
    """
    parts = urlsplit(public_url)
    others = [found for one in seen if (found := HOST.fullmatch(one))]
    name = parts.netloc.removesuffix(f":{parts.port}")
    hosts = [name, *(found[1] for found in others), name.removeprefix("www.") if name[:4] == "www." else f"www.{name}"]
    ports = [f":{parts.port}" if parts.port else "", "", *(found[2] or "" for found in others), f":{port}"]
    schemes = [parts.scheme, "http" if parts.scheme == "https" else "https"]
    choices = [list(dict.fromkeys(each)) for each in (schemes, hosts, ports, [parts.path, ""])]
    ranked = itertools.product(*(enumerate(each) for each in choices))
    for choice in sorted(ranked, key=lambda each: (sum(place > 0 for place, _ in each), [place for place, _ in each])):
        scheme, host, at, path = (value for _, value in choice)
        yield f"{scheme}://{host}{at}{path}"
