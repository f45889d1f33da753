"""The files that apps send: fetched from their addresses, with HEAD and then GET, before the message is on its way."""

from __future__ import annotations

import time
from dataclasses import replace

from simulator.model import Alert, Media, Message
from simulator.state import State
from simulator.wire import BadUrl, Limits, NotAnswered, NotConnected, Wire

#: Of all files of a message, and so of one.
MOST_BYTES = 5_000_000
CONNECT, READ, TOTAL = 2.0, 5.0, 10.0
#: The debugger's codes for what cannot be had, and for what is not what it says.
NOT_HAD, BAD_TYPE = 11200, 12300
HEADERS = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}


class Gallery:
    def __init__(self, state: State) -> None:
        self._state = state
        self._wire = Wire()

    def close(self) -> None:
        self._wire.close()

    def fetch(self, message: Message) -> None:
        """What cannot be had is left out of the message, and stands in the debugger."""
        if message.direction == "inbound" or not message.media:
            return
        had = tuple(self._fetched(message, one) for one in message.media)
        with self._state.lock:
            message.media = had

    def _fetched(self, message: Message, media: Media) -> Media:
        try:
            head, status, kind, data = self._ask(media.url)
        except (BadUrl, NotConnected, NotAnswered):
            head, status, kind, data = 0, 0, "", b""
        if status != 200 or len(data) > MOST_BYTES:
            self._alert(message, NOT_HAD, f"MediaUrl answered {status or 'nothing'}", media.url)
            return replace(media, status=status)
        if head != 200 or not kind:
            self._alert(message, BAD_TYPE, f"HEAD of MediaUrl answered {head}, type {kind or 'missing'}", media.url)
        return replace(media, status=status, content_type=kind, data=data)

    def _ask(self, url: str) -> tuple[int, int, str, bytes]:
        """Status of the HEAD; status, type and bytes of the GET."""
        limits = Limits(CONNECT, READ, time.monotonic() + TOTAL, MOST_BYTES)
        head = self._wire.send("HEAD", url, None, HEADERS, limits)
        got = self._wire.send("GET", url, None, HEADERS, limits)
        return head.status, got.status, got.content_type, got.body

    def _alert(self, message: Message, code: int, text: str, url: str) -> None:
        self._state.alert(Alert(message.account_sid, code, "error", text, message.sid, url))
