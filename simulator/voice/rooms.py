"""Rooms, where legs hear each other: a bridge is a room of two, a conference is a named room."""

from __future__ import annotations

from typing import Protocol

from simulator.voice.model import Sound


class Member(Protocol):
    def hear(self, sound: Sound) -> None: ...


class Room:
    """Members hear each other only after `started`; those who wait in the room continue after `ended`."""

    def __init__(self, started: bool = True) -> None:
        self.started, self.ended = started, False
        self.members: list[Member] = []

    def enter(self, member: Member) -> None:
        self.members.append(member)

    def leave(self, member: Member) -> None:
        if member in self.members:
            self.members.remove(member)

    def say(self, speaker: Member, sound: Sound) -> None:
        if self.started:
            for member in [one for one in self.members if one is not speaker]:
                member.hear(sound)
