"""Plays TwiML documents on one leg: requests them, runs their verbs, follows their redirects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urljoin

from simulator.twiml import NOT_SCHEMA, TwimlError
from simulator.voice import params
from simulator.voice.leg import CallEnded, Leg, Redirected
from simulator.voice.lines import Lines
from simulator.voice.model import Sound, Source
from simulator.voice.twiml import Script, Verb, parse
from simulator.webhooks import Answer, Webhook

MAX_DOCUMENTS, TOO_MANY = 200, 11215
ERROR_SENTENCE = "We are sorry, an application error has occurred. Goodbye."

Verbs = Mapping[str, Callable[["Player", Verb], Source | None]]


class Player:
    """`base` is the current document's URL; `outcome` is the final status of a call that was never answered.

    A whisper plays to the callee only; when it ends, the leg is ready to be bridged.
    """

    def __init__(self, exchange: Lines, leg: Leg, verbs: Verbs, whisper: bool = False) -> None:
        self.exchange, self.leg, self.whisper = exchange, leg, whisper
        self._verbs = verbs
        self.base, self.outcome = "", ""

    def for_leg(self, leg: Leg, whisper: bool = False) -> Player:
        """A player for another leg."""
        return Player(self.exchange, leg, self._verbs, whisper)

    def run(self, source: Source) -> None:
        """Play until the call ends."""
        try:
            while True:
                try:
                    self.play(source)
                    break
                except Redirected:
                    source = self.leg.take_source() or source
            self._finish()
        except CallEnded:
            return

    def play(self, source: Source) -> None:
        """Play one document after another, until none follows."""
        following: Source | None = source
        for _ in range(MAX_DOCUMENTS):
            script = self._script(following) if following is not None else None
            if script is None:
                return
            following = self._carry_out(script)
        self.exchange.alert(self.leg, TOO_MANY, "too many documents for one call", self.base)
        self.fail()
        raise CallEnded

    def perform(self, verb: Verb) -> Source | None:
        return self._verbs[verb.name](self, verb)

    def fail(self) -> None:
        self.leg.hear(Sound("say", ERROR_SENTENCE, "en-US"))
        self.leg.end("completed" if self.leg.is_answered else "failed")

    def request(self, source: Source) -> Answer:
        call = self.leg.call
        form = {**params.of(call), **source.more}
        return self.exchange.webhooks.call(
            Webhook(source.kind, call.account_sid, call.sid, source.url, form, source.method)
        )

    def absolute_url(self, url: str) -> str:
        return urljoin(self.base, url.strip())

    def action(self, verb: Verb, more: dict[str, str]) -> Source:
        """Without an action, the current document is requested again."""
        return Source("voice-action", self.absolute_url(verb.get("action")), verb.method, more=more)

    def _carry_out(self, script: Script) -> Source | None:
        for verb in script.verbs:
            self.leg.check()
            following = self.perform(verb)
            if following is not None:
                return following
        return None

    def _script(self, source: Source) -> Script | None:
        answer, script, code = self._fetch(source)
        fallback = self.leg.fallback
        if script is None and fallback is not None and not self.whisper:
            form = {"ErrorCode": str(code), "ErrorUrl": answer.url}
            _, script, _ = self._fetch(replace(fallback, more={**source.more, **form}))
        if script is None:
            self.fail()
            raise CallEnded
        return script

    def _fetch(self, source: Source) -> tuple[Answer, Script | None, int | None]:
        if source.twiml:
            answer = Answer("", "", 200, source.twiml.encode(), "text/xml", 0)
        else:
            answer = self.request(source)
            self.leg.check()
        self.base = answer.url
        return answer, *self._read(answer)

    def _read(self, answer: Answer) -> tuple[Script | None, int | None]:
        code = answer.error_code
        text = f"{answer.status or 'no answer'} {answer.failure}"
        if code is None:
            try:
                script = parse(answer.body, answer.content_type, answer.url)
                for warning in script.warnings:
                    self.exchange.alert(self.leg, NOT_SCHEMA, warning, answer.url, "warning")
                return script, None
            except TwimlError as error:
                code, text = error.code, error.text
        self.exchange.alert(self.leg, code, text, answer.url)
        return None, code

    def _finish(self) -> None:
        """The end of a document answers and completes a call, unless a Dial of an unanswered call failed."""
        if not self.leg.is_answered and self.outcome:
            self.leg.end(self.outcome)
        else:
            self.leg.answer()
            self.leg.end("completed")
