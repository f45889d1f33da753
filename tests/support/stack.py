"""The whole product in one process: real store, the simulator as the carrier, the app behind a real HTTP server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from twilio.rest import Client
from werkzeug.serving import make_server

from common import config
from common.assembly import build
from common.runtime import Runtime
from proxy.app import create_app
from simulator import server as simulator_server
from tests.support.edge import TestEdge
from tests.support.stores import queues

ACCOUNT = "AC" + "1" * 32
TOKEN = "token-of-the-tests-0123456789abcdef"
SECRET_KEY = "secret key of the tests, long enough"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """`url` is PUBLIC_URL. `sdk()` is an unmodified Twilio client: this app is its Proxy, the simulator is its carrier.

    `clock`, if given, gives the store's time: a callable that returns ms. `host` must resolve to this machine.
    """

    def __init__(
        self, store_url: str, *, clock: Callable[[], int] | None = None, host: str = "127.0.0.1", **settings: str
    ) -> None:
        self.carrier = simulator_server.start(port=0, account_sid=ACCOUNT, auth_token=TOKEN)
        port = free_port()
        self.url = f"http://{host}:{port}"
        self.environment = {
            "REDIS_URL": store_url, "PUBLIC_URL": self.url, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": self.carrier.url, "SECRET_KEY": SECRET_KEY,
            "ALLOW_PRIVATE_CALLBACKS": "1", "API_READS_PER_SECOND": "0", "API_WRITES_PER_SECOND": "0",
            "LOGIN_FAILURES_PER_MINUTE": "0",
            **queues(store_url), **settings,
        }  # fmt: skip
        self.runtime: Runtime = build(config.load(self.environment), clock)
        self.app = create_app(self.runtime)
        self.edge = TestEdge(self.app, self.runtime)
        self._server = make_server("127.0.0.1", port, self.edge, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def sdk(self, user: str = ACCOUNT, password: str = TOKEN) -> Client:
        client = Client(user, password, ACCOUNT)
        client.proxy.base_url = f"{self.url}/proxy"
        client.api.base_url = self.carrier.url
        return client

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.edge.stop()
        self.carrier.stop()
