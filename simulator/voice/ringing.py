"""A phone rings: what its plan makes of it, or the person who holds it."""

from __future__ import annotations

from simulator.voice.ends import AtPhone
from simulator.voice.leg import Leg
from simulator.voice.model import ALONE, LONGEST_CALL, Sound
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
        leg.far = AtPhone(leg, phone)
        leg.hear(Sound("ring", leg.call.sender))
        leg.pace.tell()
    alone = plan.kind in ALONE and plan.delay < timeout
    if alone and not leg.wait(lambda: leg.picked_up, plan.delay):
        leg.pick_up()
    until_picked_up(leg, timeout, phone)
    if plan.talk:
        leg.pace.start(until_tired, leg, plan.talk)


def until_picked_up(leg: Leg, timeout: float, phone: Phone | None = None) -> None:
    if not leg.wait(lambda: leg.picked_up, timeout):
        leg.end("no-answer")
    leg.check()
    with leg.pace.lock:
        if phone is not None:
            leg.keys += phone.plan.keys
            leg.speech += [phone.greeting] if phone.greeting else []
        leg.answer()


def until_tired(leg: Leg, talk: float) -> None:
    """The person at this leg's far end hangs up so many seconds after it was answered."""
    pace = leg.pace
    if pace.wait(lambda: leg.over or leg.is_answered, LONGEST_CALL) and not pace.wait(lambda: leg.over, talk):
        leg.hang_up()
