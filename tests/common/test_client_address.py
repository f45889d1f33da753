"""Whose address a request has: the peer's, or the one that a trusted proxy reports."""

from __future__ import annotations

import pytest

from common.client_address import client_address
from common.values import networks

PROXIES = networks("10.0.0.0/8,2001:db8:1::/48")


@pytest.mark.parametrize(
    "peer, forwarded, block, reach",
    [
        ("93.184.216.34", "", "93.184.216.34", "public"),
        ("93.184.216.34:51000", "", "93.184.216.34", "public"),
        ("[2606:4700:10::6814:179a]:443", "", "2606:4700:10::/64", "public"),
        ("::ffff:93.184.216.34", "", "93.184.216.34", "public"),
        # A stranger who connects directly is not believed.
        ("93.184.216.34", "8.8.8.8", "93.184.216.34", "public"),
        # A trusted proxy is, but not what stood in the header before it.
        ("10.1.1.1", "93.184.216.34", "93.184.216.34", "public"),
        ("10.1.1.1", "8.8.8.8, 93.184.216.34", "93.184.216.34", "public"),
        ("10.1.1.1", "8.8.8.8, 93.184.216.34, 10.2.2.2", "93.184.216.34", "public"),
        ("2001:db8:1::9", "2606:4700:10::1", "2606:4700:10::/64", "public"),
        ("127.0.0.1", "", "127.0.0.1", "loopback"),
        ("192.168.1.4", "", "192.168.1.4", "private"),
    ],
)
def test_the_address(peer: str, forwarded: str, block: str, reach: str) -> None:
    found = client_address(peer, forwarded, PROXIES)
    assert (found.block, found.reach, found.shared) == (block, reach, False)


@pytest.mark.parametrize(
    "peer, forwarded",
    [
        # A Unix socket; a proxy that nobody named; a trusted proxy that reports nothing, or no address.
        ("", ""),
        ("192.168.1.4", "93.184.216.34"),
        ("127.0.0.1", "93.184.216.34"),
        ("10.1.1.1", ""),
        ("10.1.1.1", "unknown"),
    ],
)
def test_an_address_that_many_clients_share(peer: str, forwarded: str) -> None:
    assert client_address(peer, forwarded, PROXIES).shared


def test_one_subscriber_is_one_block() -> None:
    one, other, next_door = (
        client_address(f"2606:4700:10:{net}::{host}", "", ()).block for net, host in ((1, 1), (1, "ffff"), (2, 1))
    )
    assert one == other != next_door
