"""Runs a carrier's HTTP server in a thread of this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.app import create_app
from simulator.carrier import DEFAULT_NUMBERS, Carrier, Options

# /sim needs no credentials, so only this machine may reach it.
HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes: on a keep-alive connection Nagle would delay the second by 40 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No access log: a path may contain a phone number."""


@dataclass
class Handle:
    url: str
    carrier: Carrier
    _server: BaseWSGIServer
    _thread: Thread

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.carrier.stop()

    def wait(self) -> None:
        self._thread.join()


def start(
    port: int = 0,
    *,
    account_sid: str = "AC" + "0" * 31 + "1",
    auth_token: str = "token",
    numbers: int = DEFAULT_NUMBERS,
    state_file: Path | None = None,
    speed: float = 1.0,
) -> Handle:
    """Start a carrier. Port 0 takes a free port; the handle's `url` has it."""
    carrier = Carrier(Options(account_sid, auth_token, numbers, state_file, speed))
    server = make_server(HOST, port, create_app(carrier), threaded=True, request_handler=_Handler)
    carrier.dialogue.base_url = carrier.webhooks.base_url = f"http://{HOST}:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="simulator", daemon=True)
    thread.start()
    return Handle(carrier.dialogue.base_url, carrier, server, thread)
