"""Fetches the files that apps send, from their URLs, with HEAD and then GET, before the message is delivered."""

from __future__ import annotations

import time
from dataclasses import replace

from simulator.http_client import BadUrl, HttpClient, Limits, NoAnswer, NoConnection
from simulator.model import Alert, Media, Message
from simulator.state import State

#: The limit for all files of a message, and so for each one.
MAX_BYTES = 5_000_000
CONNECT, READ, TOTAL = 2.0, 5.0, 10.0
#: The debugger's codes for a file that cannot be fetched, and for a file without a usable type.
UNAVAILABLE, BAD_TYPE = 11200, 12300
HEADERS = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}


class MediaFetcher:
    def __init__(self, state: State) -> None:
        self._state = state
        self._http = HttpClient()

    def close(self) -> None:
        self._http.close()

    def fetch(self, message: Message) -> None:
        """Fetch the files of an outbound message. A file that cannot be fetched is left out, with an alert."""
        if message.direction == "inbound" or not message.media:
            return
        fetched = tuple(self._fetched(message, one) for one in message.media)
        with self._state.lock:
            message.media = fetched

    def _fetched(self, message: Message, media: Media) -> Media:
        try:
            head, status, kind, data = self._ask(media.url)
        except (BadUrl, NoConnection, NoAnswer):
            head, status, kind, data = 0, 0, "", b""
        if status != 200 or len(data) > MAX_BYTES:
            self._alert(message, UNAVAILABLE, f"MediaUrl answered {status or 'nothing'}", media.url)
            return replace(media, status=status)
        if head != 200 or not kind:
            self._alert(message, BAD_TYPE, f"HEAD of MediaUrl answered {head}, type {kind or 'missing'}", media.url)
        return replace(media, status=status, content_type=kind, data=data)

    def _ask(self, url: str) -> tuple[int, int, str, bytes]:
        """Returns the status of the HEAD, and the status, type and bytes of the GET."""
        limits = Limits(CONNECT, READ, time.monotonic() + TOTAL, MAX_BYTES)
        head = self._http.send("HEAD", url, None, HEADERS, limits)
        answer = self._http.send("GET", url, None, HEADERS, limits)
        return head.status, answer.status, answer.content_type, answer.body

    def _alert(self, message: Message, code: int, text: str, url: str) -> None:
        self._state.alert(Alert(message.account_sid, code, "error", text, message.sid, url))
