"""The telephone exchange: connects calls, holds the live legs and the phones."""

from __future__ import annotations

from dataclasses import replace

from simulator import sids
from simulator.errors import refusal
from simulator.model import Number
from simulator.voice import detection, recorder, ringing
from simulator.voice.detection import Detection
from simulator.voice.far_ends import LegEnd, PhoneEnd
from simulator.voice.leg import CallEnded, Leg, Redirected
from simulator.voice.lines import Lines
from simulator.voice.model import Call, CallDraft, Report, Sound, Source
from simulator.voice.player import Player
from simulator.voice.verbs import VERBS


class Exchange(Lines):
    def receive(self, number: Number, sender: str, talk: float = 0.0, name: str = "", forwarded: str = "") -> Leg:
        """A virtual phone calls a number. `talk`: seconds after the answer when the caller hangs up, 0 for never."""
        leg = self._inbound(number, sender)
        leg.call.caller_name, leg.call.forwarded_from = name, forwarded
        leg.far_end = PhoneEnd(leg, self.phone(sender))
        self._start_inbound(leg, number)
        if talk:
            self.pace.start(ringing.hang_up_after, leg, talk)
        return leg

    def create(self, draft: CallDraft, wanted: Detection | None = None) -> Call:
        """Place a call for REST."""
        leg = self.leg(Call(
            sids.new("CA"), draft.account_sid, "outbound-api", draft.sender, draft.to, next(self.state.seq),
            number_sid=self.sid_of(draft.sender),
        ), draft.report)  # fmt: skip
        leg.limit, leg.fallback = draft.limit, draft.fallback
        self.pace.start(self._drive, leg, draft, wanted)
        return leg.call

    def player(self, leg: Leg, whisper: bool = False) -> Player:
        return Player(self, leg, VERBS, whisper)

    def update(self, call: Call, status: str = "", source: Source | None = None) -> None:
        """End a live call, or redirect it to another document. Raises 21220."""
        with self.pace.lock:
            leg = self.live.get(call.sid)
            may_move = leg is not None and (leg.is_answered or call.direction == "inbound")
            if leg is None or (status == "canceled" and leg.is_answered) or (source is not None and not may_move):
                raise refusal(21220, "Cannot redirect" if source else "It cannot be ended so")
            if source is not None:
                leg.redirect(source)
            else:
                leg.stop()

    def ring(self, leg: Leg, timeout: float) -> None:
        number = self.state.by_phone.get(leg.call.to)
        if number is None:
            ringing.ring_phone(leg, self.phone(leg.call.to), timeout)
            return
        leg.progress("ringing")
        with self.pace.lock:
            leg.check()
            callee = self._inbound(number, leg.call.sender)
            leg.far_end, callee.far_end = LegEnd(leg, callee), LegEnd(callee, leg)
        self._start_inbound(callee, number)
        ringing.wait_for_answer(leg, timeout)

    def reset(self) -> None:
        """End every call; delete what phones heard and their plans."""
        with self.pace.lock:
            for leg in list(self.live.values()):
                leg.stop()
            self.phones.clear()
            self.rooms.clear()

    def _inbound(self, number: Number, sender: str) -> Leg:
        settings, report = number.settings, None
        if settings["status_callback"]:
            report = Report(settings["status_callback"], settings["status_callback_method"])
        call = Call(
            sids.new("CA"), number.account_sid, "inbound", sender, number.phone_number, next(self.state.seq),
            status="ringing", number_sid=number.sid,
        )  # fmt: skip
        leg = self.leg(call, report)
        if settings["voice_fallback_url"]:
            leg.fallback = Source("voice-fallback", settings["voice_fallback_url"], settings["voice_fallback_method"])
        return leg

    def _start_inbound(self, leg: Leg, number: Number) -> None:
        settings = number.settings
        player, source = self.player(leg), Source("voice", settings["voice_url"], settings["voice_method"])
        if not number.capabilities["voice"]:
            self.pace.start(player.fail)
        elif settings["voice_application_sid"]:
            self.alert(leg, 11100, "VoiceApplicationSid takes the place of VoiceUrl, and no such application is here")
            self.pace.start(player.fail)
        elif not settings["voice_url"]:
            self.pace.start(player.fail)
        else:
            self.pace.start(player.run, source)

    def _drive(self, leg: Leg, draft: CallDraft, wanted: Detection | None) -> None:
        try:
            leg.progress("initiated")
            self.ring(leg, draft.timeout)
            if draft.keys:
                leg.hear(Sound("keys", draft.keys))
            source = self._source_after_detection(leg, draft.source, wanted)
        except (CallEnded, Redirected):
            return
        self.player(leg).run(source)

    def _source_after_detection(self, leg: Leg, source: Source, wanted: Detection | None) -> Source:
        """The next document: at once, or after detection and with its result."""
        if wanted is None:
            return source
        if not wanted.waits:
            leg.pace.start(detection.detect, self, leg, wanted)
            return source
        detection.detect(self, leg, wanted)
        leg.check()
        return replace(source, more={"AnsweredBy": leg.call.answered_by})

    def ended(self, leg: Leg) -> None:
        recorder.stop_all(self, leg)
        super().ended(leg)
