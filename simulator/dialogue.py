"""Handles an inbound message: sends the webhook, runs its TwiML verb by verb, or uses the fallback URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from simulator import catalogue, params
from simulator.errors import CarrierError
from simulator.model import Alert, Draft, Message, Number
from simulator.network import Network, attach
from simulator.state import State
from simulator.twiml import NOT_SCHEMA, MessageVerb, RedirectVerb, Script, TwimlError, parse
from simulator.webhooks import Answer, Webhook, WebhookSender
from simulator.work import Cause, Work

MAX_DOCUMENTS, MAX_REPLIES = 10, 30
TOO_MANY_REDIRECTS, TOO_MANY_REPLIES = 11215, 14107
# The debugger's code for an error that REST reports with another code.
IN_TWIML = {21211: 14101, 21606: 14102, 21602: 14103, 21617: 14103, 21402: 14105}


@dataclass(frozen=True)
class _Conversation:
    number: Number
    message: Message
    cause: Cause


class Dialogue:
    """`base_url` is the URL at which the app reaches this carrier; URLs of inbound media begin with it."""

    def __init__(self, state: State, work: Work, webhooks: WebhookSender, network: Network) -> None:
        self._state, self._work, self._webhooks, self._network = state, work, webhooks, network
        self.base_url = ""

    def converse(self, number: Number, message: Message, cause: Cause) -> Answer | None:
        """The answer to the webhook; None if the number has no webhook URL."""
        conversation = _Conversation(number, message, cause)
        if number.settings["sms_application_sid"]:
            self._alert(
                conversation, 11100, "SmsApplicationSid takes the place of SmsUrl, and no such application is here", ""
            )
            return None
        if not number.settings["sms_url"]:
            return None
        answer, script = self._first(conversation)
        self._execute(conversation, answer, script)
        return answer

    def start(self, number: Number, message: Message, cause: Cause) -> None:
        self._work.submit(cause, self.converse, number, message, cause)

    def _first(self, conversation: _Conversation) -> tuple[Answer, Script | None]:
        settings, form = conversation.number.settings, params.inbound(conversation.message, self.base_url)
        hook = self._hook(conversation, "message", settings["sms_url"], settings["sms_method"], form)
        answer = self._webhooks.call(hook)
        script, code = self._read(conversation, answer)
        if script is None and settings["sms_fallback_url"]:
            form = {**form, "ErrorCode": str(code), "ErrorUrl": answer.url}
            url, method = settings["sms_fallback_url"], settings["sms_fallback_method"]
            answer = self._webhooks.call(self._hook(conversation, "fallback", url, method, form))
            script, _ = self._read(conversation, answer)
        return answer, script

    def _execute(self, conversation: _Conversation, answer: Answer, script: Script | None) -> None:
        for _ in range(MAX_DOCUMENTS):
            following = self._run(conversation, answer.url, script) if script else None
            if following is None:
                return
            answer = following
            script, _ = self._read(conversation, answer)
        self._alert(conversation, TOO_MANY_REDIRECTS, "too many documents for one message", answer.url)

    def _run(self, conversation: _Conversation, base: str, script: Script) -> Answer | None:
        """The answer that replaces this document, if a verb asked for another one."""
        for position, verb in enumerate(script.verbs, 1):
            if isinstance(verb, RedirectVerb):
                form = params.inbound(conversation.message, self.base_url)
                return self._webhooks.call(
                    self._hook(conversation, "redirect", urljoin(base, verb.url), verb.method, form)
                )
            answer = self._send(conversation, base, verb)
            if answer is not None:
                if position < len(script.verbs):
                    self._alert(
                        conversation, NOT_SCHEMA, "verbs after a Message with an action are never reached", base
                    )
                return answer
        return None

    def _send(self, conversation: _Conversation, base: str, verb: MessageVerb) -> Answer | None:
        draft = self._draft(conversation, base, verb)
        if self._is_runaway(conversation, draft):
            return None
        message = self._accept(conversation, draft, base)
        conversation.cause.sent.append(message)
        arrived = self._network.deliver(message) if message.status != "failed" else None
        answer = (
            self._request_action(conversation, urljoin(base, verb.action), verb.method, message)
            if verb.action
            else None
        )
        self._network.report(message, conversation.cause)
        if arrived is not None:
            self.start(*arrived, conversation.cause)
        return answer

    def _draft(self, conversation: _Conversation, base: str, verb: MessageVerb) -> Draft:
        return Draft(
            account_sid=conversation.message.account_sid,
            direction="outbound-reply",
            sender=catalogue.to_e164(verb.sender) or conversation.message.to,
            to=catalogue.to_e164(verb.to) or conversation.message.sender,
            body=verb.body,
            media=attach(urljoin(base, url) for url in verb.media),
            status_callback=urljoin(base, verb.status_callback) if verb.status_callback else "",
        )

    def _accept(self, conversation: _Conversation, draft: Draft, base: str) -> Message:
        try:
            return self._network.accept(draft)
        except CarrierError as error:
            self._alert(conversation, IN_TWIML.get(error.code, error.code), error.message, base)
            return self._network.fail(draft, error)

    def _request_action(self, conversation: _Conversation, url: str, method: str, message: Message) -> Answer:
        form = params.outcome(message, message.status, message.error_code)
        return self._webhooks.call(Webhook("action", message.account_sid, message.sid, url, form, method))

    def _is_runaway(self, conversation: _Conversation, draft: Draft) -> bool:
        """Stop two apps that would answer each other for ever."""
        pair = (draft.sender, draft.to)
        conversation.cause.replies[pair] += 1
        if conversation.cause.replies[pair] <= MAX_REPLIES:
            return False
        self._alert(conversation, TOO_MANY_REPLIES, "more than 30 replies between the same two", "")
        return True

    def _read(self, conversation: _Conversation, answer: Answer) -> tuple[Script | None, int | None]:
        code = answer.error_code
        try:
            if code is None:
                script = parse(answer.body, answer.content_type)
                for warning in script.warnings:
                    self._alert(conversation, NOT_SCHEMA, warning, answer.url, "warning")
                return script, None
            self._alert(conversation, code, f"{answer.status or 'no answer'} {answer.failure}", answer.url)
        except TwimlError as error:
            code = error.code
            self._alert(conversation, code, error.text, answer.url)
        return None, code

    def _hook(self, conversation: _Conversation, kind: str, url: str, method: str, form: dict[str, str]) -> Webhook:
        return Webhook(kind, conversation.message.account_sid, conversation.message.sid, url, form, method)

    def _alert(self, conversation: _Conversation, code: int, text: str, url: str, level: str = "error") -> None:
        self._state.alert(Alert(conversation.message.account_sid, code, level, text, conversation.message.sid, url))
