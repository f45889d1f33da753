"""The carrier's signature on a webhook, with one HMAC instead of the two to four of the SDK's validator.

From Twilio ("Webhooks security"): HMAC-SHA1 with the auth token over the URL as the carrier has it, and each sorted
name with its sorted distinct values. The text has no delimiters, so the signature alone is not enough: see parse.
"""

from __future__ import annotations

import hmac
import itertools
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:]{2,45}\])(:[0-9]{1,5})?")
#: The base64 text of 20 bytes, an HMAC-SHA1.
WELL_FORMED = re.compile(r"[A-Za-z0-9+/]{27}=")
Fields = Collection[tuple[str, list[str]]]
DEFAULT_PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, fields: Fields) -> str:
    signed = [name + values[0] if len(values) == 1 else _repeated(name, values) for name, values in sorted(fields)]
    text = url + "".join(signed)
    return b64encode(hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), "sha1")).decode()


def _repeated(name: str, values: list[str]) -> str:
    return "".join(name + value for value in sorted(set(values)))


def with_and_without_port(url: str) -> Iterator[str]:
    """The URL, then the other form: the carrier signs it with or without its port, and its SDK accepts both."""
    yield url
    parts = urlsplit(url)
    if parts.port is not None:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    elif default := DEFAULT_PORTS.get(parts.scheme):
        yield parts._replace(netloc=f"{parts.netloc}:{default}").geturl()


def is_genuine(tokens: Iterable[str], url: str, fields: Fields, signature: str | None) -> bool:
    """Whether `given` is the signature of these fields at this URL with one of the tokens. Never raises."""
    if not signature:
        return False
    # Stopping at the first match tells nothing to a client whose signature matches none.
    return any(
        is_signature_at(token, each, fields, signature) for token in tokens for each in with_and_without_port(url)
    )


def is_well_formed(signature: str | None) -> bool:
    """Whether this could be a signature at all: what could not need not be read further."""
    return signature is not None and WELL_FORMED.fullmatch(signature) is not None


def is_signature_at(token: str, url: str, fields: Fields, signature: str) -> bool:
    """Whether `given` is the signature for exactly this URL."""
    return signature.isascii() and hmac.compare_digest(sign(token, url, fields), signature)


def url_variants(public_url: str, hosts_seen: Iterable[str], port: int) -> Iterator[str]:
    """The URLs that the carrier may have instead of PUBLIC_URL, without a final slash, the most similar first.

    `seen`: hosts, with or without a port, of the request's headers. `port`: the port that we listen on.
    """
    parts = urlsplit(public_url)
    others = [found for one in hosts_seen if (found := HOST.fullmatch(one))]
    name = parts.netloc.removesuffix(f":{parts.port}")
    hosts = [name, *(found[1] for found in others), name.removeprefix("www.") if name[:4] == "www." else f"www.{name}"]
    ports = [f":{parts.port}" if parts.port else "", "", *(found[2] or "" for found in others), f":{port}"]
    schemes = [parts.scheme, "http" if parts.scheme == "https" else "https"]
    choices = [list(dict.fromkeys(each)) for each in (schemes, hosts, ports, [parts.path, ""])]
    ranked = itertools.product(*(enumerate(each) for each in choices))
    for choice in sorted(ranked, key=lambda each: (sum(place > 0 for place, _ in each), [place for place, _ in each])):
        scheme, host, at, path = (value for _, value in choice)
        yield f"{scheme}://{host}{at}{path}"
