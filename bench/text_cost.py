"""T11: what one relayed text, and one bridged call, cost the store: CPU, append-only file, bytes that stay."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import median

from bench import forms
from bench.report import Figure, say
from bench.world import World
from carrier.inbound import Inbound
from common.sids import new
from relay.inbound import arguments
from services.snapshot import ServiceSnapshot, read_snapshot
from storage import keys, library

SESSIONS, AT_ONCE = 200, 100
#: What the CPU of a text is compared with: a plain command of about the same size.
PLAIN = b"x" * 500
SIDS = {"message": "SM", "voice": "CA"}


def measure(world: World, rounds: int, texts: int) -> list[Figure]:
    """Each round sends them over one connection, AT_ONCE at a time, as the web server's event loop does under load."""
    plain, message, voice = [], [], []
    for _ in range(rounds):
        plain.append(_plain(world, texts))
        message.append(_cost(world, "message", texts))
        voice.append(_cost(world, "voice", texts))
    cpu, written, kept = (median(each) for each in zip(*message, strict=True))
    floor = median(plain)
    call_cpu, call_written, call_kept = (median(each) for each in zip(*voice, strict=True))
    say(f"  text: {cpu:.0f} us CPU of the store (a SET: {floor:.1f}), {written:,.0f} bytes written, {kept:,.0f} kept")
    say(f"  call: {call_cpu:.0f} us CPU of the store, {call_written:,.0f} bytes written, {call_kept:,.0f} kept")
    return [
        Figure("T11 cpu", cpu / floor, f"{cpu:.0f} us, a call {call_cpu / floor:.1f}"),
        Figure("T11 file", written, f"a call {call_written:,.0f}"),
        Figure("T11 kept", kept, f"a call {call_kept:,.0f}; limits and loops included, no status reported"),
    ]


def _plain(world: World, count: int) -> float:
    """Microseconds of the store's CPU for one SET."""
    before = world.store_cpu()
    for _ in range(count // AT_ONCE):
        pipeline = world.rt.store.client.pipeline(transaction=False)
        for n in range(AT_ONCE):
            pipeline.set(f"bench:{n}", PLAIN)
        pipeline.execute()
    return (world.store_cpu() - before) / count * 1e6


def _cost(world: World, kind: str, count: int) -> tuple[float, float, float]:
    """For one inbound: microseconds of CPU, bytes of the append-only file, bytes that stay after the record's drain."""
    service = world.service(4)
    world.fsync("everysec")
    people = forms.senders([world.pair(service) for _ in range(SESSIONS)])
    world.fsync("always")
    snapshot = read_snapshot(world.rt, service.sid)
    # The first text of each person makes what later ones only change.
    _send(world, snapshot, _inbounds(kind, people, len(people)))
    world.forget_events(service)
    inbounds = _inbounds(kind, people, count)
    began, size, memory = world.store_cpu(), world.written(), world.memory()
    _send(world, snapshot, inbounds)
    cpu, written = world.store_cpu() - began, world.written() - size
    world.forget_events(service)
    return cpu / count * 1e6, written / count, (world.memory() - memory) / count


def _inbounds(kind: str, people: Sequence[forms.Sender], count: int) -> list[Inbound]:
    since = int(time.time() * 1000)
    return [
        Inbound(kind, new(SIDS[kind]), one.identifier, one.proxy_identifier, _body(kind), url_since_ms=since)
        for one in islice(cycle(people), count)
    ]


def _body(kind: str) -> str | None:
    return f"{forms.BODY} {' '.join(random.sample(forms.WORDS, 3))}" if kind == "message" else None


def _send(world: World, snapshot: ServiceSnapshot, inbounds: Sequence[Inbound]) -> None:
    """Any other answer than forward ends the bench."""
    store, key = world.rt.store, keys.service("service", snapshot.sid)
    version = {"version": snapshot.version}
    texts = [store.arguments({**arguments(world.rt, snapshot, one), **version}) for one in inbounds]
    for start in range(0, len(texts), AT_ONCE):
        pipeline = store.client.pipeline(transaction=False)
        for text in texts[start : start + AT_ONCE]:
            pipeline.fcall(library.registered("accept"), 1, key, text)
        for answer in pipeline.execute():
            if b'"forward"' not in answer:
                raise ValueError(f"it was not forwarded: {answer!r}")
