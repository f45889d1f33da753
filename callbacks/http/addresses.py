"""Which addresses are public: those in none of the networks of this table.

The standard library's `is_private` accepts NAT64, 6to4, shared and multicast addresses, and its answers change with
Python's version. So the table is our own, from IANA's special-purpose registries.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network; Linux takes 0.0.0.0 for itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform and metadata
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112, a sink for misdirected DNS
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in (
        "::/96",  # unspecified, loopback, IPv4-compatible
        "::ffff:0:0:0/96",  # IPv4-translated (SIIT)
        "64:ff9b::/96",  # NAT64: an IPv4 address inside
        "64:ff9b:1::/48",  # NAT64 of the local network
        "::/8",  # reserved
        "100::/64",  # discard
        "100:0:0:1::/64",  # dummy prefix
        "100::/8",  # reserved
        "200::/7", "400::/6", "800::/5", "1000::/4",  # reserved; overlay networks squat in 200::/7
        "2001::/32",  # Teredo
        "2001:2::/48",  # benchmarking
        "2001:10::/28", "2001:20::/28", "2001:30::/28",  # ORCHID, ORCHIDv2, drone identifiers
        "2001::/23",  # IETF protocols
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
        "5f00::/16",  # SRv6 segments
        "4000::/2", "8000::/2", "c000::/3", "e000::/4", "f000::/5", "f800::/6",  # reserved
        "fc00::/7",  # unique local
        "fe00::/9",  # reserved
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)  # fmt: skip

#: Where clouds serve the secrets of their machines. Most are in a network above too; they are listed again so that they
#: stay refused if someone narrows that network.
METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254", "fd00:ec2::254",  # AWS, and nearly all others
        "169.254.170.2", "169.254.170.23", "fd00:ec2::23",  # AWS containers
        "168.63.129.16",  # Azure
        "100.100.100.200",  # Alibaba
        "192.0.0.192", "fd00:c1::a9fe:a9fe",  # Oracle
        "fd20:ce::254",  # Google
        "169.254.42.42", "fd00:42::42",  # Scaleway
        "169.254.0.23",  # Tencent
    )
)  # fmt: skip

MAPPED = IPv6Network("::ffff:0:0/96")


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """False also for text that is no address, and for an address of one interface (`fe80::1%eth0`)."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found not in METADATA and not any(found in network for network in NOT_PUBLIC_4)
    if found.scope_id is not None:
        return False
    if found in MAPPED:
        return is_public(IPv4Address(int(found) & 0xFFFF_FFFF))
    return found not in METADATA and not any(found in network for network in NOT_PUBLIC_6)
