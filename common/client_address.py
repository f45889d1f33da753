"""The address of whoever sent a request: behind proxies that TRUSTED_PROXIES names, the one that they report."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

Network = IPv4Network | IPv6Network


class ClientAddress(NamedTuple):
    """`block`: the IPv4 address, or the /64 of an IPv6 address, since one subscriber has all addresses of a /64.

    `reach`: loopback | private | public | unknown. `shared`: it is a proxy's own, so all its clients have this address.
    """

    block: str
    reach: str
    shared: bool = False


UNKNOWN = ClientAddress("", "unknown", shared=True)


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> ClientAddress:
    """`peer`: who opened the connection. `forwarded`: all X-Forwarded-For headers, joined by commas.

    Read from its end, as far as trusted proxies wrote it: what stands before that is the client's own word.
    """
    address = _parsed(peer)
    if address is None:
        return UNKNOWN
    steps = [step for step in forwarded.split(",") if step.strip()]
    while steps and _is_in(address, trusted):
        before = _parsed(steps.pop())
        if before is None:
            return UNKNOWN
        address = before
    # A proxy in our own network that TRUSTED_PROXIES does not name: strangers would share one address with everybody.
    shared = bool(steps) and _reach(address) != "public" and not _is_in(address, trusted)
    return ClientAddress(_block(address), _reach(address), shared or _is_in(address, trusted))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Also with a port, and an IPv4 address in the form of an IPv6 address as IPv4."""
    text = text.strip()
    bare = text[1 : text.find("]")] if text.startswith("[") else text
    host = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _block(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


def _reach(address: IPv4Address | IPv6Address) -> str:
    if address.is_loopback:
        return "loopback"
    return "public" if address.is_global else "private"
