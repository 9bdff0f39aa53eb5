"""Addresses of clients: as one text to count by, and as one of the proxies that are trusted.

>>> counted_as("2001:db8:1:2:3::4"), counted_as("::ffff:192.0.2.7")
('2001:db8:1:2::', '192.0.2.7')
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from wangqi.indexer.config.hosts import Network

ONE_SUBSCRIBER_BITS: Final = 64
"""How much of an IPv6 address tells subscribers apart: each has at least all addresses below."""
MAX_COUNTED_CHARS: Final = 64


@lru_cache(1024)
def is_among(address: str, networks: tuple[Network, ...]) -> bool:
    found = _read(address)
    return found is not None and any(found in network for network in networks)


@lru_cache(1024)
def counted_as(address: str) -> str:
    """One text for all addresses that one visitor can have; text that is no address stands for itself."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, ONE_SUBSCRIBER_BITS), strict=False).network_address)
    return str(found or address[:MAX_COUNTED_CHARS])


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
