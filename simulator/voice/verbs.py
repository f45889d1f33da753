"""The table of verbs by name, and the verbs that concern one leg: speech, pauses, recording, ending the call."""

from __future__ import annotations

from collections.abc import Callable

from simulator import sids
from simulator.voice import recorder
from simulator.voice.dial import dial
from simulator.voice.gather import gather
from simulator.voice.leg import CallEnded
from simulator.voice.model import Recording, Sound, Source
from simulator.voice.player import Player
from simulator.voice.twiml import Verb

MAX_REPEATS = 20
ANY_KEY = "1234567890*#"


def say(player: Player, verb: Verb) -> None:
    sound = Sound("say", verb.text, verb.get("language", "en-US"), verb.get("voice"))
    _sound(player, verb, sound)


def play(player: Player, verb: Verb) -> None:
    _sound(player, verb, Sound("play", player.absolute_url(verb.text) if verb.text else verb.get("digits")))


def pause(player: Player, verb: Verb) -> None:
    """An unanswered caller keeps hearing the ringing."""
    player.leg.wait(lambda: False, verb.seconds("length", 1))


def hang_up(player: Player, verb: Verb) -> None:
    player.leg.answer()
    player.leg.end("completed")
    raise CallEnded


def reject(player: Player, verb: Verb) -> None:
    busy = verb.get("reason") == "busy"
    player.leg.end("completed" if player.leg.is_answered else "busy" if busy else "no-answer")
    raise CallEnded


def redirect(player: Player, verb: Verb) -> Source:
    return Source("voice-redirect", player.absolute_url(verb.text), verb.method)


def record(player: Player, verb: Verb) -> Source | None:
    """Record what the person says, until a key, silence, or the end of the call."""
    leg, exchange = player.leg, player.exchange
    leg.answer()
    began, keys = leg.pace.now(), verb.get("finishOnKey", ANY_KEY)
    digits, over = "", False
    try:
        digits = _until_silence(player, verb, keys)
    except CallEnded:
        over = True
    said, leg.speech = " ".join(leg.speech), []
    if not said and not digits:
        leg.check()
        return None
    recording = Recording(
        sids.new("RE"), leg.call.account_sid, leg.sid, round(leg.pace.now() - began), said, next(exchange.state.seq)
    )
    exchange.state.add_recording(recording)
    more = {
        "RecordingUrl": recorder.url(exchange, recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.duration),
    }
    following = player.action(verb, {**more, "Digits": "hangup" if over else digits})
    if over:
        player.request(following)
        raise CallEnded
    return following


def _until_silence(player: Player, verb: Verb, keys: str) -> str:
    leg, silence = player.leg, verb.seconds("timeout", 5)
    until = leg.pace.now() + verb.seconds("maxLength", 3600)
    while (left := until - leg.pace.now()) > 0:
        heard = len(leg.speech)
        if not leg.wait(lambda seen=heard: bool(leg.keys) or len(leg.speech) > seen, min(silence, left)):  # type: ignore[misc]
            return ""
        with leg.pace.lock:
            key, leg.keys = leg.keys[:1], leg.keys[1:]
        if key and key in keys:
            return key
    return ""


def _sound(player: Player, verb: Verb, sound: Sound) -> None:
    player.leg.answer()
    times = int(verb.seconds("loop", 1)) or MAX_REPEATS
    for _ in range(min(times, MAX_REPEATS)):
        player.leg.hear(sound)


VERBS: dict[str, Callable[[Player, Verb], Source | None]] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Dial": dial,
    "Gather": gather,
    "Record": record,
    "Hangup": hang_up,
    "Reject": reject,
    "Redirect": redirect,
}
