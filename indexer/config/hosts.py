"""Names of hosts, in the one form in which they can be compared, and networks.

>>> str(read_host("Weekly.Example.ORG.:8443")), str(read_host("[0:0::1]"))
('weekly.example.org:8443', '[::1]')
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from wangqi.search.errors import ConfigError

Network = IPv4Network | IPv6Network

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
MAX_NAME_CHARS: Final = 253
"""Of a name in the DNS (RFC 1035)."""

_WRITTEN: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::(?P<port>[0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Host:
    """A name or an address, and a port where one is written."""

    name: str
    """In lower case, as ASCII, without the dot of the root; addresses in their shortest form, IPv6 in brackets."""
    port: int | None = None

    def __str__(self) -> str:
        return self.name if self.port is None else f"{self.name}:{self.port}"

    def at(self, scheme: str) -> Host:
        """The host as addresses of that scheme show it, without the usual port."""
        return replace(self, port=None) if self.port == DEFAULT_PORTS.get(scheme) else self

    @property
    def is_loopback(self) -> bool:
        """Whether the host is the machine of whoever asks (`localhost`: RFC 6761)."""
        address = _address(self.name)
        return address.is_loopback if address else self.name.split(".")[-1] == "localhost"


@lru_cache(256)
def read_host(text: str) -> Host | None:
    """`text` as the header `Host` has it, in ASCII; None when it names no host."""
    written = _WRITTEN.fullmatch(text)
    if not written or len(written["name"]) > MAX_NAME_CHARS:
        return None
    name, port = written["name"].lower().removesuffix("."), int(written["port"]) if written["port"] else None
    if name.startswith("["):
        address = _address(name)
        name = f"[{address.compressed}]" if address else ""
    is_name = bool(name) and all(name.split("."))
    return Host(name, port) if is_name and (port is None or 0 < port < 1 << 16) else None


def host_in_settings(text: str) -> Host | None:
    """Read a host as a person writes it; None when it is none. Other scripts are fine (例子.中国), and an IPv6 address
    needs no brackets."""
    text = text.strip()
    if text.count(":") > 1 and "[" not in text:
        return read_host(f"[{text}]")
    name, colon, port = text.partition(":") if "[" not in text else (text, "", "")
    try:
        return read_host(f"{name.encode('idna').decode()}{colon}{port}")
    except UnicodeError:
        return None


@lru_cache(64)
def host_at(address: str, port: str) -> Host:
    """The end of a connection, as whoever is at the other end calls it."""
    found = _address(
        address.partition("%")[0]
    )  # of a link-local one the name of the interface, which is this machine's
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found  # a listener of IPv6 has clients of IPv4 as well
    name = f"[{found}]" if isinstance(found, IPv6Address) else str(found or address)
    return read_host(f"{name}:{port}") or Host("localhost")


def read_networks(text: str) -> tuple[Network, ...]:
    """The addresses and networks in `text`, with commas or blanks between them. Raises `ConfigError`."""
    found = []
    for part in text.replace(",", " ").split():
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as error:
            raise ConfigError("{part} is no address of a proxy, such as 192.0.2.7 or 10.0.0.0/8", part=part) from error
    return tuple(found)


NEARBY: Final = read_networks("127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1 fc00::/7 fe80::/10")
"""This machine and private networks: where a proxy usually is, and nobody of the internet."""


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name.strip("[]"))
    except ValueError:
        return None
