"""Resolves names under .localhost to this machine (RFC 6761), even where the system's resolver does not."""

from __future__ import annotations

import socket
from typing import Any

_asked = socket.getaddrinfo


def _answer(host: Any, *more: Any, **options: Any) -> Any:
    local = isinstance(host, str) and host.endswith(".localhost")
    return _asked("127.0.0.1" if local else host, *more, **options)


def install() -> None:
    socket.getaddrinfo = _answer


def uninstall() -> None:
    socket.getaddrinfo = _asked
