"""Plays documents on one leg: asks for them, carries out their verbs, follows where they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urljoin

from simulator.courier import Answer, Hook
from simulator.twiml import NOT_SCHEMA, TwimlError
from simulator.voice import params
from simulator.voice.leg import Leg, Moved, Over
from simulator.voice.lines import Lines
from simulator.voice.model import Sound, Source
from simulator.voice.twiml import Script, Verb, parse

MOST_DOCUMENTS, TOO_MANY = 200, 11215
TROUBLE = "We are sorry, an application error has occurred. Goodbye."

Verbs = Mapping[str, Callable[["Player", Verb], Source | None]]


class Player:
    """`base` is the present document's address; `outcome` why a call that was never answered ends.

    A whisper plays to the callee alone: at its end the leg goes on to be bridged.
    """

    def __init__(self, exchange: Lines, leg: Leg, verbs: Verbs, whisper: bool = False) -> None:
        self.exchange, self.leg, self.whisper = exchange, leg, whisper
        self._verbs = verbs
        self.base, self.outcome = "", ""

    def of(self, leg: Leg, whisper: bool = False) -> Player:
        """Another one, for another leg."""
        return Player(self.exchange, leg, self._verbs, whisper)

    def run(self, source: Source) -> None:
        """To the end of the call."""
        try:
            while True:
                try:
                    self.play(source)
                    break
                except Moved:
                    source = self.leg.take_source() or source
            self._finish()
        except Over:
            return

    def play(self, source: Source) -> None:
        """One document after another, until one leads nowhere."""
        following: Source | None = source
        for _ in range(MOST_DOCUMENTS):
            script = self._script(following) if following is not None else None
            if script is None:
                return
            following = self._carry_out(script)
        self.exchange.alert(self.leg, TOO_MANY, "too many documents for one call", self.base)
        self.fail()
        raise Over

    def perform(self, verb: Verb) -> Source | None:
        return self._verbs[verb.name](self, verb)

    def fail(self) -> None:
        self.leg.hear(Sound("say", TROUBLE, "en-US"))
        self.leg.end("completed" if self.leg.is_answered else "failed")

    def ask(self, source: Source) -> Answer:
        call = self.leg.call
        told = {**params.of(call), **source.more}
        return self.exchange.courier.call(
            Hook(source.kind, call.account_sid, call.sid, source.url, told, source.method)
        )

    def link(self, url: str) -> str:
        return urljoin(self.base, url.strip())

    def action(self, verb: Verb, more: dict[str, str]) -> Source:
        """Without one, the present document is asked again."""
        return Source("voice-action", self.link(verb.get("action")), verb.method, more=more)

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
            told = {"ErrorCode": str(code), "ErrorUrl": answer.url}
            _, script, _ = self._fetch(replace(fallback, more={**source.more, **told}))
        if script is None:
            self.fail()
            raise Over
        return script

    def _fetch(self, source: Source) -> tuple[Answer, Script | None, int | None]:
        if source.twiml:
            answer = Answer("", "", 200, source.twiml.encode(), "text/xml", 0)
        else:
            answer = self.ask(source)
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
        """A call that nothing has answered is answered by the end of its document, unless a Dial has failed."""
        if not self.leg.is_answered and self.outcome:
            self.leg.end(self.outcome)
        else:
            self.leg.answer()
            self.leg.end("completed")
