"""Whether a URL leads to this installation: callbacks to ourselves would never end, or reach what others may not.

The host of PUBLIC_URL may also serve the customer's app, if PUBLIC_URL has a path: then only what is below it is ours.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from callbacks.http.urls import Target, split_url
from common.config import Settings


def is_own(settings: Settings, url: str) -> bool:
    """`url`: one that check_url accepts."""
    target, ours = (split_url(one, allow_private=True) for one in (url, settings.public_url))
    if (target.host, target.port) == (ours.host, ours.port):
        return _is_below(target.path, ours.path)
    return target.port in (settings.port, ours.port) and _is_this_machine(target, (ours.host, settings.listen_host))


def _is_below(path: str, base: str) -> bool:
    base = base.rstrip("/")
    return path.partition("?")[0].rstrip("/") == base or path.startswith(f"{base}/")


def _is_this_machine(target: Target, ours: tuple[str, str]) -> bool:
    """The web process listens on loopback, on LISTEN_HOST and perhaps on the host of PUBLIC_URL."""
    if target.host in ours or not target.is_literal:
        return target.host in ours or f".{target.host}".endswith(".localhost")
    address = ip_address(target.host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified
