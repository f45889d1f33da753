"""The table of networks: the first and last address of each, and the addresses just outside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address

import pytest

from callbacks.http.addresses import METADATA, NOT_PUBLIC_4, NOT_PUBLIC_6, is_public

NETWORKS = (*NOT_PUBLIC_4, *NOT_PUBLIC_6)
#: Written here a second time, from the registries, so that a test fails if a line of the table is lost.
INSIDE = """
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1
    192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 100.100.100.200
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 100:0:0:1::1 101::1 200::1 400::1
    800::1 1000::1 1fff::1 2001::1 2001:1::1 2001:2::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff::1 2001:db8::1 2002::1
    2620:4f:8000::1 3ffe::1 3fff::1 4000::1 5f00::1 7fff::1 8000::1 bfff::1 c000::1 dfff::1 e000::1 f000::1 f800::1
    fc00::1 fd00:ec2::254 fdff::1 fe00::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1
"""
OUTSIDE = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15
    168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0
    198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
    2001:200::1 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2a00::1 2c0f::1 2620:4f:7fff::1 3ffd::1
"""


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_both_ends_of_a_network(network):
    assert not is_public(network[0])
    assert not is_public(network[-1])


@pytest.mark.parametrize("address", INSIDE.split())
def test_inside(address):
    assert not is_public(address)
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_outside(address):
    assert is_public(address)


@pytest.mark.parametrize("address", sorted(map(str, METADATA)))
def test_metadata(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [a for a in (INSIDE + OUTSIDE).split() if ":" not in a])
def test_an_address_in_ipv6_clothes_is_judged_itself(address):
    high, low = divmod(int(IPv4Address(address)), 65_536)
    assert is_public(f"::ffff:{high:x}:{low:x}") == is_public(address) == is_public(f"::ffff:{address}")


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "2130706433", "fe80::1%eth0", "2606:4700::1%eth0", "1.1.1.1."]
)
def test_what_is_no_plain_address(text):
    assert not is_public(text)


def test_nothing_outside_what_the_registry_gives_out():
    """Global unicast is 2000::/3: every address outside it must count as not public, without a gap."""
    for first in range(256):
        if first >> 5 != 1:
            network = IPv6Network((first << 120, 8))
            assert not is_public(network[0x1234_5678_9ABC]), network
            assert not is_public(network[-2]), network
