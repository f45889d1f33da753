"""Dial: rings one or more numbers, plays a whisper to the callee, bridges the legs, and requests the action URL."""

from __future__ import annotations

from simulator import catalogue, sids
from simulator.twiml import NOT_SCHEMA
from simulator.voice import detection, params
from simulator.voice.conference import join_conference
from simulator.voice.leg import CallEnded, Leg, Redirected
from simulator.voice.model import DIAL_RING_SECONDS, EVENTS, MAX_CALL_SECONDS, Call, Report, Sound, Source
from simulator.voice.player import Player
from simulator.voice.rooms import Room
from simulator.voice.twiml import Verb

NESTED_DIAL, BAD_CALLER_ID, BAD_NUMBER, MAX_NUMBERS = 13201, 13214, 13223, 10
#: Errors of machine detection: no URL for the result; parameters that are only for calls placed by REST.
NO_CALLBACK, ONLY_OF_REST = 21262, 21263


def dial(player: Player, verb: Verb) -> Source | None:
    call = player.leg.call
    call.dial = dict(verb.attributes)
    if player.whisper:
        player.exchange.alert(player.leg, NESTED_DIAL, "a whisper may not Dial", player.base)
        return None
    room = next((noun for noun in verb.nested if noun.name == "Conference"), None)
    if room is not None:
        return _join_conference(player, verb, room)
    return Dialing(player, verb).run()


def _join_conference(player: Player, verb: Verb, noun: Verb) -> Source | None:
    following = player.action(verb, {"DialCallStatus": "answered"}) if verb.get("action") else None
    try:
        join_conference(player, verb, noun)
    except CallEnded:
        if following is not None:
            player.request(following)
        raise
    return following


class Dialing:
    def __init__(self, player: Player, verb: Verb) -> None:
        self.player, self.verb, self.leg, self.exchange = player, verb, player.leg, player.exchange
        self.children: list[Leg] = []
        self.winner: Leg | None = None
        self.bridged = False

    def run(self) -> Source | None:
        """The action URL is requested even if the caller has hung up and its TwiML cannot be played."""
        if not self.verb.flag("answerOnBridge"):
            self.leg.answer()
        try:
            self._ring()
            self._bridge()
        except CallEnded:
            self._end_children()
            if self.verb.get("action"):
                self.player.request(self._action())
            raise
        except Redirected:
            self._end_children()
            raise
        self._end_children()
        status = self._status()
        self.player.outcome = "no-answer" if status == "completed" else status
        return self._action() if self.verb.get("action") else None

    def _ring(self) -> None:
        numbers = [noun for noun in self.verb.nested if noun.name == "Number"]
        for noun in (numbers or [self.verb])[:MAX_NUMBERS]:
            self._place_call(noun)
        self.leg.wait(lambda: self._answered() is not None or all(c.has_ended for c in self.children), MAX_CALL_SECONDS)
        self.winner = winner = self._answered()
        for other in self.children:
            if other is not winner:
                other.stop()
        if winner is not None:
            self.leg.wait(lambda: winner.ready or winner.has_ended or winner.redirected, MAX_CALL_SECONDS)

    def _answered(self) -> Leg | None:
        answered = [child for child in self.children if child.answered_at is not None]
        return min(answered, key=lambda child: child.answered_at or 0.0, default=None)

    def _bridge(self) -> None:
        callee = self.winner
        if callee is None or callee.has_ended or not callee.ready:
            return
        room, pair = Room(), (self.leg, callee)
        with self.leg.pace.lock:
            self.leg.check()
            self.leg.answer()
            self.bridged = True
            for leg in pair:
                leg.enter(room)
                leg.hear(Sound("bridged", leg.call.to if leg.call.direction == "inbound" else leg.call.sender))
            for leg in pair:
                leg.flush_speech()
        limit = self.verb.seconds("timeLimit", MAX_CALL_SECONDS)
        try:
            self.leg.wait(lambda: callee.has_ended or callee.redirected, limit)
        finally:
            for leg in pair:
                leg.leave(room)

    def _end_children(self) -> None:
        with self.leg.pace.lock:
            for child in self.children:
                if not child.redirected:
                    child.stop()

    def _place_call(self, noun: Verb) -> None:
        parent, to = self.leg.call, catalogue.to_e164(noun.text)
        sender = catalogue.to_e164(self.verb.get("callerId")) or self.leg.call.sender
        call = Call(
            sids.new("CA"), parent.account_sid, "outbound-dial", sender, to, next(self.exchange.state.seq),
            parent_sid=parent.sid, number_sid=self.exchange.sid_of(sender),
        )  # fmt: skip
        child = self.exchange.leg(call, self._report(noun))
        self.children.append(child)
        whisper = Source("whisper", self.player.absolute_url(noun.get("url")), noun.method) if noun.get("url") else None
        timeout = min(max(self.verb.seconds("timeout", DIAL_RING_SECONDS), 1), 600)
        call.error_code = self._error(sender, to)
        child.pace.start(self._drive, child, timeout, whisper, self._detection(child, noun))

    def _detection(self, child: Leg, noun: Verb) -> detection.Detection | None:
        """Detection does not delay the bridge: whoever answers is connected at once."""
        if not (mode := noun.get("machineDetection")):
            return None
        if any(name.lower().startswith("asyncamd") for name in noun.attributes):
            self.exchange.alert(child, ONLY_OF_REST, "AsyncAmd is of REST alone", self.player.base, "warning")
        if not (url := noun.get("amdStatusCallback")):
            self.exchange.alert(child, NO_CALLBACK, "no amdStatusCallback", self.player.base, "warning")
        method = "GET" if noun.get("amdStatusCallbackMethod").upper() == "GET" else "POST"
        callback = Source(detection.KIND, self.player.absolute_url(url) if url else "", method)
        try:
            return detection.read(lambda name: noun.get(name[0].lower() + name[1:]), mode, callback)
        except ValueError as error:
            self.exchange.alert(child, NOT_SCHEMA, str(error), self.player.base, "warning")
            return None

    def _error(self, sender: str, to: str) -> int | None:
        """The caller id must be a number of the account, the caller's number, or the number that was called."""
        parent = self.leg.call
        if sender not in (parent.sender, parent.to) and not self.exchange.owns(parent.account_sid, sender):
            return BAD_CALLER_ID
        return self.exchange.state.faults.refuse.get(to) if catalogue.is_valid(to) else BAD_NUMBER

    def _report(self, noun: Verb) -> Report | None:
        if noun is self.verb or not noun.get("statusCallback"):
            return None
        named = noun.get("statusCallbackEvent").replace(",", " ").split()
        events = frozenset(named) & frozenset(EVENTS) or frozenset({"completed"})
        method = "GET" if noun.get("statusCallbackMethod").upper() == "GET" else "POST"
        return Report(self.player.absolute_url(noun.get("statusCallback")), method, events)

    def _drive(self, child: Leg, timeout: float, whisper: Source | None, wanted: detection.Detection | None) -> None:
        """Runs the callee's leg, in its own thread."""
        player = self.player.for_leg(child, whisper=True)
        try:
            child.progress("initiated")
            if child.call.error_code is not None:
                self.exchange.alert(child, child.call.error_code, "Dial cannot place this call", self.player.base)
                child.end("failed")
            self.exchange.ring(child, timeout)
            if wanted is not None:
                child.pace.start(detection.detect, self.exchange, child, wanted)
            if whisper is not None:
                player.play(whisper)
            with child.pace.lock:
                child.ready = True
                child.pace.notify()
            child.wait(lambda: False, MAX_CALL_SECONDS)
        except CallEnded:
            return
        except Redirected:
            self.player.for_leg(child).run(child.take_source() or Source("voice"))

    def _action(self) -> Source:
        child = self.winner or next(iter(self.children), None)
        form = params.dialed(child.call if child else None, self._status(), self.bridged)
        return self.player.action(self.verb, form)

    def _status(self) -> str:
        if self.winner is not None:
            return "completed"
        found = {child.call.status for child in self.children}
        return next((one for one in ("canceled", "no-answer", "busy", "failed") if one in found), "failed")
