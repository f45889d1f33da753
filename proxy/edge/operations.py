"""Requests that are answered on the event loop: a plain one needs no thread and no Flask.

What is not plain goes to Flask, and so does whatever cannot be ended here: an operation that must wait for an app or
the carrier, and every error. Flask then ends the operation that was begun here, so nothing is done twice and errors
have one form.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar, cast

from granian.rsgi import Scope

from common.runtime import Runtime
from common.steps import Call, Command, InThread, Steps, failed
from proxy.api.call import ApiCall
from proxy.edge.api_operations import PlainCall, answer_of, begin_call, plain_call
from proxy.edge.wsgi import Answer
from proxy.private_answers import HEADERS
from proxy.webhooks.operations import WEBHOOKS, begin
from proxy.webhooks.request import WebhookRequest
from storage.pipelined import Pipelined
from storage.servers import SingleServer
from storage.store import StoreUnavailable

T = TypeVar("T")

#: Bytes. To check a larger body takes so long that it is done in a thread.
PLAIN_BODY = 16 * 1024
FORM = "application/x-www-form-urlencoded"
XML_HEADERS = [("content-type", "application/xml; charset=utf-8"), *((name.lower(), value) for name, value in HEADERS)]


class PlainWebhook(NamedTuple):
    """A request that can be answered on the event loop. `word`: a key of WEBHOOKS."""

    path: str
    service_sid: str
    word: str
    arguments: list[str]
    signature: str


Plain = PlainWebhook | PlainCall
Begun = Steps[str] | ApiCall


class Ended(NamedTuple, Generic[T]):
    value: T


def _plain_webhook(scope: Scope) -> PlainWebhook | None:
    path = scope.path
    if not path.startswith("/webhooks/") or scope.method != "POST" or scope.query_string or not _is_plain(path):
        return None
    _, _, service_sid, *rest = path.split("/")
    webhook = WEBHOOKS.get(rest[0]) if rest else None
    headers = scope.headers
    signatures = headers.get_all("x-twilio-signature")  # type: ignore[attr-defined]
    if webhook is None or len(rest) != len(webhook.arguments) + 1 or not all(rest) or len(signatures) != 1:
        return None
    if (headers.get("content-type") or "").partition(";")[0] != FORM:
        return None
    if int(headers.get("content-length") or 0) > PLAIN_BODY:
        return None
    return PlainWebhook(path, service_sid, rest[0], rest[1:], signatures[0])


def _is_plain(path: str) -> bool:
    return path.isascii() and "%" not in path


class Operations:
    """One for each process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._store = Pipelined(rt.store)

    def plain(self, scope: Scope) -> Plain | None:
        """None: Flask must look at it."""
        return (_plain_webhook(scope) or plain_call(scope)) if self._is_possible else None

    @property
    def _is_possible(self) -> bool:
        """Not with a Cluster, with replicas to wait for, nor with a store that forbids functions."""
        store = self._rt.store
        return store.functions and not store.replicas and isinstance(store.servers, SingleServer)

    async def answer(self, plain: Plain, body: bytes) -> Answer | Begun:
        """The answer, or what Flask must end in a thread. Never raises."""
        if isinstance(plain, PlainWebhook):
            return await self._answer_webhook(plain, body)
        call = begin_call(self._rt, plain, body)
        ended = await self._run(cast("Steps[bytes]", call.steps))
        if isinstance(ended, Ended):
            return answer_of(call, ended.value)
        call.steps = ended
        return call

    async def _answer_webhook(self, webhook: PlainWebhook, body: bytes) -> Answer | Begun:
        request = WebhookRequest(webhook.path, "", FORM, webhook.signature, body)
        operation = WEBHOOKS[webhook.word].operation
        steps = begin(self._rt, operation, request, webhook.service_sid, *webhook.arguments)
        ended = await self._run(steps)
        return Answer(200, XML_HEADERS, ended.value.encode()) if isinstance(ended, Ended) else ended

    async def _run(self, steps: Steps[T]) -> Ended[T] | Steps[T]:
        try:
            step = next(steps)
            while not isinstance(step, InThread):
                try:
                    answer = await self._do(step)
                except StoreUnavailable as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            return Ended(end.value)
        except Exception as error:
            return failed(error)
        return steps

    async def _do(self, step: Call | Command) -> Any:
        if isinstance(step, Call):
            return await self._store.run(step.script, step.key, step.args)
        return await self._store.command(step.words)
