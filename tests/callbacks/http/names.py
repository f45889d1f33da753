"""A tiny DNS server that gives false answers to the system's own resolver."""

from __future__ import annotations

import socket
import struct
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
from threading import Thread

A, CNAME, AAAA = 1, 5, 28
#: Name and number of earlier queries for it -> addresses, or one alias `=other.name`.
Answers = Callable[[str, int], list[str]]


class Names:
    """Answers DNS queries over UDP at 127.0.0.1:53, with a TTL of 0 seconds."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked = Counter[tuple[str, int]]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            query, where = self._socket.recvfrom(4096)
            self._socket.sendto(self._reply(query), where)

    def _reply(self, query: bytes) -> bytes:
        name, end = _name(query, 12)
        kind = struct.unpack(">H", query[end : end + 2])[0]
        found = self._answers(name, self.asked[name, kind])
        self.asked[name, kind] += 1
        records = list(self._records(b"\xc0\x0c", kind, found))
        code = 0 if found else 3
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return head + query[12 : end + 4] + b"".join(records)

    def _records(self, owner: bytes, kind: int, found: list[str]) -> list[bytes]:
        records = []
        for each in found:
            if each.startswith("="):
                other = _packed(each[1:])
                records += [_record(owner, CNAME, other), *self._records(other, kind, self._answers(each[1:], 0))]
            elif (kind == AAAA) == (":" in each) and kind in (A, AAAA):
                records.append(_record(owner, kind, ip_address(each).packed))
        return records


def _record(owner: bytes, kind: int, data: bytes) -> bytes:
    return owner + struct.pack(">HHIH", kind, 1, 0, len(data)) + data


def _packed(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _name(query: bytes, at: int) -> tuple[str, int]:
    labels = []
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("latin-1"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1
