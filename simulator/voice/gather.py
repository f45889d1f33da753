"""Gather: waits for keys or speech while its nested verbs play."""

from __future__ import annotations

from simulator.voice.leg import Leg
from simulator.voice.model import Source
from simulator.voice.player import Player
from simulator.voice.twiml import Verb

UNLIMITED = 10_000
CONFIDENCE = "0.95"


def gather(player: Player, verb: Verb) -> Source | None:
    """The action with the input. Without input: None (the next verb runs), unless actionOnEmptyResult is set."""
    player.leg.answer()
    inputs = verb.get("input", "dtmf").split()
    _prompt(player, verb, inputs)
    found = _listen(player.leg, verb, inputs)
    if not found and not verb.flag("actionOnEmptyResult"):
        return None
    return player.action(verb, found or ({"Digits": ""} if "dtmf" in inputs else {"SpeechResult": ""}))


def _prompt(player: Player, verb: Verb, inputs: list[str]) -> None:
    """Play the nested verbs; input stops them."""
    for nested in verb.nested:
        if _something(player.leg, inputs):
            return
        if nested.name == "Pause":
            player.leg.wait(lambda: _something(player.leg, inputs), nested.seconds("length", 1))
        else:
            player.perform(nested)


def _listen(leg: Leg, verb: Verb, inputs: list[str]) -> dict[str, str]:
    most, finish = int(verb.seconds("numDigits", UNLIMITED)), verb.get("finishOnKey", "#")
    timeout, digits = verb.seconds("timeout", 5), ""
    while len(digits) < most and leg.wait(lambda: _something(leg, inputs), timeout):
        with leg.pace.lock:
            if "speech" in inputs and leg.speech:
                return {"SpeechResult": leg.speech.pop(0), "Confidence": CONFIDENCE, "Language": _language(verb)}
            key, leg.keys = leg.keys[0], leg.keys[1:]
        if digits and key == finish:
            return {"Digits": digits, "FinishedOnKey": key}
        # The finishing key ends the input only after another key.
        digits += "" if key == finish else key
    return {"Digits": digits} if digits else {}


def _something(leg: Leg, inputs: list[str]) -> bool:
    return ("speech" in inputs and bool(leg.speech)) or ("dtmf" in inputs and bool(leg.keys))


def _language(verb: Verb) -> str:
    return verb.get("language", "en-US")
