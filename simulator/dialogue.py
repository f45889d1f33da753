"""What an inbound message sets off: the webhook, its TwiML carried out verb by verb, the fallback."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from simulator import catalogue, params
from simulator.courier import Answer, Courier, Hook
from simulator.errors import CarrierError
from simulator.model import Alert, Draft, Message, Number
from simulator.network import Network, attach
from simulator.state import State
from simulator.twiml import NOT_SCHEMA, MessageVerb, RedirectVerb, Script, TwimlError, parse
from simulator.work import Cause, Work

MOST_DOCUMENTS, MOST_REPLIES = 10, 30
TOO_MANY_REDIRECTS, TOO_MANY_REPLIES = 11215, 14107
# What the debugger calls a refusal that REST knows by another code.
IN_TWIML = {21211: 14101, 21606: 14102, 21602: 14103, 21617: 14103, 21402: 14105}


@dataclass(frozen=True)
class _Talk:
    number: Number
    message: Message
    cause: Cause


class Dialogue:
    """`base_url` is where the app finds this carrier: the address of inbound media."""

    def __init__(self, state: State, work: Work, courier: Courier, network: Network) -> None:
        self._state, self._work, self._courier, self._network = state, work, courier, network
        self.base_url = ""

    def converse(self, number: Number, message: Message, cause: Cause) -> Answer | None:
        """The answer to the webhook; None when the number has none to ask."""
        talk = _Talk(number, message, cause)
        if number.settings["sms_application_sid"]:
            self._alert(talk, 11100, "SmsApplicationSid takes the place of SmsUrl, and no such application is here", "")
            return None
        if not number.settings["sms_url"]:
            return None
        answer, script = self._first(talk)
        self._execute(talk, answer, script)
        return answer

    def start(self, number: Number, message: Message, cause: Cause) -> None:
        self._work.submit(cause, self.converse, number, message, cause)

    def _first(self, talk: _Talk) -> tuple[Answer, Script | None]:
        settings, told = talk.number.settings, params.inbound(talk.message, self.base_url)
        hook = self._hook(talk, "message", settings["sms_url"], settings["sms_method"], told)
        answer = self._courier.call(hook)
        script, code = self._read(talk, answer)
        if script is None and settings["sms_fallback_url"]:
            told = {**told, "ErrorCode": str(code), "ErrorUrl": answer.url}
            url, method = settings["sms_fallback_url"], settings["sms_fallback_method"]
            answer = self._courier.call(self._hook(talk, "fallback", url, method, told))
            script, _ = self._read(talk, answer)
        return answer, script

    def _execute(self, talk: _Talk, answer: Answer, script: Script | None) -> None:
        for _ in range(MOST_DOCUMENTS):
            following = self._run(talk, answer.url, script) if script else None
            if following is None:
                return
            answer = following
            script, _ = self._read(talk, answer)
        self._alert(talk, TOO_MANY_REDIRECTS, "too many documents for one message", answer.url)

    def _run(self, talk: _Talk, base: str, script: Script) -> Answer | None:
        """The answer that takes over from this document, if a verb asked for one."""
        for position, verb in enumerate(script.verbs, 1):
            if isinstance(verb, RedirectVerb):
                told = params.inbound(talk.message, self.base_url)
                return self._courier.call(self._hook(talk, "redirect", urljoin(base, verb.url), verb.method, told))
            answer = self._send(talk, base, verb)
            if answer is not None:
                if position < len(script.verbs):
                    self._alert(talk, NOT_SCHEMA, "verbs after a Message with an action are never reached", base)
                return answer
        return None

    def _send(self, talk: _Talk, base: str, verb: MessageVerb) -> Answer | None:
        draft = self._draft(talk, base, verb)
        if self._is_runaway(talk, draft):
            return None
        message = self._accept(talk, draft, base)
        talk.cause.sent.append(message)
        arrived = self._network.deliver(message) if message.status != "failed" else None
        answer = self._act(talk, urljoin(base, verb.action), verb.method, message) if verb.action else None
        self._network.report(message, talk.cause)
        if arrived is not None:
            self.start(*arrived, talk.cause)
        return answer

    def _draft(self, talk: _Talk, base: str, verb: MessageVerb) -> Draft:
        return Draft(
            account_sid=talk.message.account_sid,
            direction="outbound-reply",
            sender=catalogue.normal(verb.sender) or talk.message.to,
            to=catalogue.normal(verb.to) or talk.message.sender,
            body=verb.body,
            media=attach(urljoin(base, url) for url in verb.media),
            status_callback=urljoin(base, verb.status_callback) if verb.status_callback else "",
        )

    def _accept(self, talk: _Talk, draft: Draft, base: str) -> Message:
        try:
            return self._network.accept(draft)
        except CarrierError as error:
            self._alert(talk, IN_TWIML.get(error.code, error.code), error.message, base)
            return self._network.fail(draft, error)

    def _act(self, talk: _Talk, url: str, method: str, message: Message) -> Answer:
        told = params.outcome(message, message.status, message.error_code)
        return self._courier.call(Hook("action", message.account_sid, message.sid, url, told, method))

    def _is_runaway(self, talk: _Talk, draft: Draft) -> bool:
        """Two apps that answer each other would never end."""
        pair = (draft.sender, draft.to)
        talk.cause.replies[pair] += 1
        if talk.cause.replies[pair] <= MOST_REPLIES:
            return False
        self._alert(talk, TOO_MANY_REPLIES, "more than 30 replies between the same two", "")
        return True

    def _read(self, talk: _Talk, answer: Answer) -> tuple[Script | None, int | None]:
        code = answer.error_code
        try:
            if code is None:
                script = parse(answer.body, answer.content_type)
                for warning in script.warnings:
                    self._alert(talk, NOT_SCHEMA, warning, answer.url, "warning")
                return script, None
            self._alert(talk, code, f"{answer.status or 'no answer'} {answer.failure}", answer.url)
        except TwimlError as error:
            code = error.code
            self._alert(talk, code, error.text, answer.url)
        return None, code

    def _hook(self, talk: _Talk, kind: str, url: str, method: str, told: dict[str, str]) -> Hook:
        return Hook(kind, talk.message.account_sid, talk.message.sid, url, told, method)

    def _alert(self, talk: _Talk, code: int, text: str, url: str, level: str = "error") -> None:
        self._state.alert(Alert(talk.message.account_sid, code, level, text, talk.message.sid, url))
