"""Rings a phone: its plan or the person at it decides what happens."""

from __future__ import annotations

from simulator.voice.far_ends import PhoneEnd
from simulator.voice.leg import Leg
from simulator.voice.model import AUTOMATIC, MAX_CALL_SECONDS, Sound
from simulator.voice.phones import Phone

NEVER_RINGS = {"busy": "busy", "fail": "failed"}


def ring_phone(leg: Leg, phone: Phone, timeout: float) -> None:
    plan = phone.plan
    if plan.kind in NEVER_RINGS:
        leg.wait(lambda: False, min(plan.delay, timeout))
        leg.end(NEVER_RINGS[plan.kind])
        leg.check()
    leg.progress("ringing")
    with leg.pace.lock:
        leg.check()
        leg.far_end = PhoneEnd(leg, phone)
        leg.hear(Sound("ring", leg.call.sender))
        leg.pace.notify()
    automatic = plan.kind in AUTOMATIC and plan.delay < timeout
    if automatic and not leg.wait(lambda: leg.picked_up, plan.delay):
        leg.pick_up()
    wait_for_answer(leg, timeout, phone)
    if plan.talk:
        leg.pace.start(hang_up_after, leg, plan.talk)


def wait_for_answer(leg: Leg, timeout: float, phone: Phone | None = None) -> None:
    if not leg.wait(lambda: leg.picked_up, timeout):
        leg.end("no-answer")
    leg.check()
    with leg.pace.lock:
        if phone is not None:
            leg.keys += phone.plan.keys
            leg.speech += [phone.greeting] if phone.greeting else []
        leg.answer()


def hang_up_after(leg: Leg, talk: float) -> None:
    """The far end hangs up `talk` seconds after the answer."""
    pace = leg.pace
    if pace.wait(lambda: leg.has_ended or leg.is_answered, MAX_CALL_SECONDS) and not pace.wait(
        lambda: leg.has_ended, talk
    ):
        leg.hang_up()
