"""Conferences: named rooms with any number of legs."""

from __future__ import annotations

from simulator.voice.leg import Leg
from simulator.voice.model import MAX_CALL_SECONDS, Sound
from simulator.voice.player import Player
from simulator.voice.rooms import Room
from simulator.voice.twiml import Verb


def join_conference(player: Player, verb: Verb, noun: Verb) -> None:
    """Put the leg in the conference until it leaves or the conference ends."""
    leg, name = player.leg, noun.text.strip()
    leg.answer()
    room = _enter(player, leg, name, noun.flag("startConferenceOnEnter", True))
    try:
        leg.wait(lambda: room.ended, verb.seconds("timeLimit", MAX_CALL_SECONDS))
    finally:
        _leave(player, leg, name, room, noun.flag("endConferenceOnExit"))


def _enter(player: Player, leg: Leg, name: str, starts: bool) -> Room:
    with leg.pace.lock:
        room = player.exchange.rooms.setdefault((leg.call.account_sid, name), Room(started=False))
        room.started = room.started or starts
        leg.enter(room)
        leg.hear(Sound("bridged", name))
        return room


def _leave(player: Player, leg: Leg, name: str, room: Room, ends: bool) -> None:
    with leg.pace.lock:
        leg.leave(room)
        room.ended = room.ended or ends
        if room.ended or not room.members:
            player.exchange.rooms.pop((leg.call.account_sid, name), None)
        leg.pace.notify()
