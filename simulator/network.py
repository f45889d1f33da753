"""The telephone network: accepts messages, delivers them to phones, reports their status."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from urllib.parse import urlsplit

from simulator import catalogue, faults, numbers, optout, params, sids
from simulator.errors import CarrierError, is_late, late_status, refusal
from simulator.model import Draft, Media, Message, Number
from simulator.state import State
from simulator.webhooks import Webhook, WebhookSender
from simulator.work import Cause, Work

MAX_BODY_LENGTH, MAX_MEDIA = 1600, 10
CANNOT_RECEIVE = 30006


class Network:
    def __init__(self, state: State, work: Work, webhooks: WebhookSender) -> None:
        self._state, self._work, self._webhooks = state, work, webhooks

    def accept(self, draft: Draft) -> Message:
        """The queued message. Raises CarrierError as REST does."""
        code, late = (table.get(draft.to) for table in (self._state.faults.refuse, self._state.faults.refuse_late))
        self._check(draft, code)
        return self._state.add_message(
            self._message(draft, "queued", pending_error=late or code or self._pending_error(draft.to))
        )

    def fail(self, draft: Draft, error: CarrierError) -> Message:
        """Keep a message of TwiML that was refused. TwiML has no one to answer, so the message shows as failed."""
        return self._state.add_message(self._message(draft, "failed", error_code=error.code))

    def deliver(self, message: Message) -> tuple[Number, Message] | None:
        """Deliver to a phone. For a number of this carrier, return that number and the inbound message."""
        number = self._state.by_phone.get(message.to)
        if message.pending_error is not None:
            return None
        if number is not None:
            return number, self.receive(number, message.sender, message.body, message.media)
        self._state.put_in_inbox(message)
        return None

    def receive(self, number: Number, sender: str, body: str, media: tuple[Media, ...]) -> Message:
        """Keep a text that a phone sent to a number, and apply STOP, START and HELP."""
        draft = Draft(number.account_sid, "inbound", sender, number.phone_number, body, media)
        message = self._state.add_message(self._message(draft, "received"))
        if sender not in self._state.by_phone:
            self._apply_keyword(number, sender, optout.keyword(body, number.phone_number))
        return message

    def report(self, message: Message, cause: Cause) -> None:
        """Set the remaining statuses; in the background if they are reported to a status callback."""
        if message.status_callback:
            self._work.submit(cause, self._report_all, message)
        elif message.status != "failed":
            status, code = _final_status(message)
            self._state.set_status(message, status, code)

    def _report_all(self, message: Message) -> None:
        if message.status == "failed":
            self._send_status(message, "failed", message.error_code)
            return
        steps = [("sent", None), _final_status(message)]
        reordered = self._state.take_rule("reorder", *faults.names("status")) is not None
        for status, code in steps:
            self._state.set_status(message, status, code)
            if not reordered:
                self._send_status(message, status, code)
        for status, code in reversed(steps) if reordered else ():
            self._send_status(message, status, code)

    def _send_status(self, message: Message, status: str, code: int | None) -> None:
        if self._state.faults.drop_status_callbacks:
            return
        form = params.outcome(message, status, code)
        self._webhooks.call(Webhook("status", message.account_sid, message.sid, message.status_callback, form))

    def _check(self, draft: Draft, code: int | None) -> None:
        if not catalogue.is_valid(draft.to):
            raise refusal(21211, draft.to)
        if not self._may_send(draft):
            raise refusal(21606, draft.sender)
        if draft.to == draft.sender:
            raise refusal(21266, draft.to)
        _check_content(draft)
        if code is not None and not is_late(code):
            raise refusal(code, draft.to)
        if (draft.sender, draft.to) in self._state.stopped:
            raise refusal(21610)

    def _may_send(self, draft: Draft) -> bool:
        number = self._state.by_phone.get(draft.sender)
        return number is not None and number.account_sid == draft.account_sid and number.capabilities["sms"]

    def _pending_error(self, to: str) -> int | None:
        number = self._state.by_phone.get(to)
        return CANNOT_RECEIVE if number is not None and not number.capabilities["sms"] else None

    def _apply_keyword(self, number: Number, phone: str, word: str) -> None:
        reply = word == "help"
        if word in ("stop", "start"):
            reply = self._state.set_stopped(number.phone_number, phone, word == "stop")
        if reply:
            text = optout.ANSWERS[word]
            draft = Draft(number.account_sid, "outbound-reply", number.phone_number, phone, text)
            answer = self._state.add_message(self._message(draft, "queued"))
            self._state.put_in_inbox(answer)
            self._state.set_status(answer, "delivered")

    def _message(
        self, draft: Draft, status: str, pending_error: int | None = None, error_code: int | None = None
    ) -> Message:
        return Message(
            sid=sids.new("MM" if draft.media else "SM"),
            account_sid=draft.account_sid,
            direction=draft.direction,
            sender=draft.sender,
            to=draft.to,
            body=draft.body,
            status=status,
            seq=next(self._state.seq),
            media=draft.media,
            status_callback=draft.status_callback,
            pending_error=pending_error,
            error_code=error_code,
            discard=draft.discard,
            obfuscate=draft.obfuscate,
        )


def attach(urls: Iterable[str], content_type: str = "") -> tuple[Media, ...]:
    return tuple(Media(sids.new("ME"), url, content_type or _guess(url)) for url in urls)


def _guess(url: str) -> str:
    return mimetypes.guess_type(urlsplit(url).path)[0] or "image/jpeg"


def _check_content(draft: Draft) -> None:
    if not draft.body.strip() and not draft.media:
        raise refusal(21602)
    if len(draft.body) > MAX_BODY_LENGTH:
        raise refusal(21617)
    if len(draft.media) > MAX_MEDIA:
        raise refusal(21623)
    for media in draft.media:
        numbers.check_url(media.url, "MediaUrl")
    if draft.status_callback:
        numbers.check_url(draft.status_callback, "StatusCallback")


def _final_status(message: Message) -> tuple[str, int | None]:
    return (
        ("delivered", None)
        if message.pending_error is None
        else (late_status(message.pending_error), message.pending_error)
    )
