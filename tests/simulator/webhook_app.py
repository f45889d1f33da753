"""An app of somebody else's: answers webhooks as a test tells it, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread

from werkzeug.datastructures import Headers, MultiDict
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

Answer = Callable[[Request], Response]


@dataclass
class Asked:
    path: str
    method: str
    url: str
    form: MultiDict[str, str]
    headers: Headers


class WebhookApp:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, list[Answer]] = {}
        self._lock = Lock()
        self._server = make_server("127.0.0.1", 0, Request.application(self._serve), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def say(self, path: str, *answers: str | tuple[int, str] | Answer) -> str:
        """One answer a request, the last one for ever. Gives the URL."""
        self.answers[path] = [_answer(given) for given in answers]
        return self.url + path

    def at(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, request: Request) -> Response:
        form = request.form
        with self._lock:
            # As it came, escapes and all: that is what was signed.
            url = self.url + request.environ["REQUEST_URI"]
            self.asked.append(Asked(request.path, request.method, url, form, request.headers))
            queue = self.answers.get(request.path) or [_answer("<Response/>")]
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
        return answer(request)


def _answer(given: str | tuple[int, str] | Answer) -> Answer:
    if callable(given):
        return given
    status, body = given if isinstance(given, tuple) else (200, given)
    return lambda request: Response(body, status, content_type="text/xml")
