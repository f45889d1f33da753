"""All the carrier's data, in memory, behind one lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import count, islice
from threading import Condition, RLock

from simulator import catalogue, numbers, sids
from simulator.model import Account, Alert, Faults, Key, Media, Message, Number, Rule, WebhookAttempt, now
from simulator.voice.model import Call, Plan, Recording

LOG_LENGTH = 20_000


class State:
    """`changed` is notified of each delivery to a phone; `persist` is called after changes that a restart must keep."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.persist: Callable[[], None] = lambda: None
        self.seq = count(1)
        self.accounts: dict[str, Account] = {}
        self.keys: dict[str, Key] = {}
        self.numbers: dict[str, Number] = {}
        self.by_phone: dict[str, Number] = {}
        self.stopped: set[tuple[str, str]] = set()
        self.plans: dict[str, Plan] = {}
        self.clear()

    def clear(self) -> None:
        """Delete traffic and faults. Accounts, keys and numbers stay."""
        with self.lock:
            self.messages: dict[str, Message] = {}
            self.calls: dict[str, Call] = {}
            self.recordings: dict[str, Recording] = {}
            self.inboxes: dict[str, list[Message]] = {}
            self.alerts: deque[Alert] = deque(maxlen=LOG_LENGTH)
            self.attempts: deque[WebhookAttempt] = deque(maxlen=LOG_LENGTH)
            self.faults = Faults()

    def add_account(self, account: Account, wanted: int = 0) -> Account:
        """A known account gets the new token; a new account gets `wanted` numbers."""
        with self.lock:
            known = self.accounts.get(account.sid)
            if known is not None:
                known.auth_token = account.auth_token
                return known
            self.accounts[account.sid] = account
            free = (n for n in catalogue.seeds() if n not in self.by_phone)
            for phone in islice(free, wanted):
                self.add_number(numbers.make(account.sid, phone, next(self.seq), sids.fixed("PN", phone)))
            self.persist()
        return account

    def add_number(self, number: Number) -> Number:
        self.numbers[number.sid] = number
        self.by_phone[number.phone_number] = number
        return number

    def remove_number(self, number: Number) -> None:
        del self.numbers[number.sid], self.by_phone[number.phone_number]

    def numbers_of(self, account_sid: str) -> list[Number]:
        with self.lock:
            return [n for n in self.numbers.values() if n.account_sid == account_sid]

    def messages_of(self, account_sid: str) -> list[Message]:
        with self.lock:
            return [m for m in self.messages.values() if m.account_sid == account_sid]

    def keys_of(self, account_sid: str) -> list[Key]:
        with self.lock:
            return [k for k in self.keys.values() if k.account_sid == account_sid]

    def add_message(self, message: Message) -> Message:
        with self.lock:
            self.messages[message.sid] = message
        return message

    def calls_of(self, account_sid: str) -> list[Call]:
        with self.lock:
            return [c for c in self.calls.values() if c.account_sid == account_sid]

    def recordings_of(self, account_sid: str) -> list[Recording]:
        with self.lock:
            return [r for r in self.recordings.values() if r.account_sid == account_sid]

    def add_call(self, call: Call) -> None:
        with self.lock:
            self.calls[call.sid] = call

    def add_recording(self, recording: Recording) -> None:
        with self.lock:
            self.recordings[recording.sid] = recording

    def plan_of(self, phone: str) -> Plan:
        with self.lock:
            return self.plans.get(phone, Plan())

    def save(self) -> None:
        with self.lock:
            self.persist()

    def close(self) -> None:
        """Save once more, then never again: another carrier may use the file from now on."""
        with self.lock:
            self.persist()
            self.persist = lambda: None

    def alert(self, alert: Alert) -> None:
        with self.lock:
            self.alerts.append(alert)

    def log_attempt(self, attempt: WebhookAttempt) -> None:
        with self.lock:
            self.attempts.append(attempt)

    def set_status(self, message: Message, status: str, error_code: int | None = None) -> None:
        with self.lock:
            message.status, message.error_code, message.updated = status, error_code, now()
            if message.sent is None and status in ("sent", "delivered", "undelivered"):
                message.sent = message.updated

    def put_in_inbox(self, message: Message) -> None:
        # A copy: redacting or deleting the message at the carrier does not change the phone.
        with self.changed:
            self.inboxes.setdefault(message.to, []).append(replace(message))
            self.changed.notify_all()

    def inbox(self, phone: str, at_least: int = 0, timeout: float = 0) -> list[Message]:
        with self.changed:
            self.changed.wait_for(lambda: len(self.inboxes.get(phone, ())) >= at_least, timeout)
            return list(self.inboxes.get(phone, ()))

    def media(self, sid: str) -> Media | None:
        """Also finds media in inboxes: a file deleted at the carrier stays on the phone."""
        with self.lock:
            held = [*self.messages.values(), *(m for inbox in self.inboxes.values() for m in inbox)]
            return next((media for message in held for media in message.media if media.sid == sid), None)

    def set_stopped(self, number: str, phone: str, stopped: bool) -> bool:
        """True if this changed anything."""
        with self.lock:
            if ((number, phone) in self.stopped) == stopped:
                return False
            (self.stopped.add if stopped else self.stopped.discard)((number, phone))
            self.persist()
            return True

    def take_lost_answer(self) -> bool:
        with self.lock:
            self.faults.lose_answers -= (lost := self.faults.lose_answers > 0)
            return lost

    def take_rule(self, do: str, *names: str, method: str = "") -> Rule | None:
        """The first matching fault, with one use counted; None if there is none."""
        if not self.faults.rules:
            return None
        with self.lock:
            for rule in self.faults.rules:
                if rule.do == do and rule.on in names and rule.method in ("", method) and rule.count != 0:
                    rule.count = None if rule.count is None else rule.count - 1
                    self.faults.rules = [one for one in self.faults.rules if one.count != 0]
                    return rule
        return None
