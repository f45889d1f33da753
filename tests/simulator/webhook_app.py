"""A stand-in for a customer's app: it answers webhooks as a test decides, and records every request."""

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
        """Sets the answers of a path: one for each request, and the last one for all later ones. Returns the URL."""
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
            # The URL exactly as it arrived, still escaped, because the signature covers that form.
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
