"""Replaces the system's `connect`: it records each try, and leads public addresses to local listeners."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

import pytest


class Network:
    """Loopback connections go through; `lead` sends an address to a local port; other connections are refused."""

    def __init__(self) -> None:
        self.tries: list[tuple[str, int]] = []
        self.shares: list[float] = []
        self.ports: dict[str, int] = {}
        self.failures: dict[str, OSError] = {}

    def lead(self, address: str, port: int) -> None:
        self.ports[address] = port

    def install(self, patch: pytest.MonkeyPatch) -> None:
        really = socket.socket.connect
        patch.setattr(socket.socket, "connect", lambda made, where: self._connect(made, where, really))

    def _connect(
        self, made: socket.socket, where: tuple[str, int], really: Callable[[socket.socket, tuple[str, int]], None]
    ) -> None:
        address, port = where[:2]
        self.tries.append((address, port))
        self.shares.append(made.gettimeout() or 0.0)
        if address in self.failures:
            raise self.failures[address]
        if address in self.ports:
            really(made, ("::1" if ":" in address else "127.0.0.1", self.ports[address]))
        elif ip_address(address).is_loopback:
            really(made, where)
        else:
            raise ConnectionRefusedError
