"""T1, T1b, T3: rates over HTTP, relative to the bare view of the same run. T9: round trips to the store per webhook."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from bench import forms, load
from bench.app import app_that_agrees
from bench.report import Figure, interleaved, say
from bench.servers import Server, process_cpu
from bench.world import World
from common.model import Service
from services.services import update_service
from sessions.model import Session

#: More requests in a second than any server here answers: the prepared requests must last for a round.
MOST_A_SECOND = {"bare": 40_000, "webhook": 12_000, "session": 8_000}
EXPECTED = {"bare": None, "webhook": forms.RELAYED, "session": forms.OPENED}
POOL = 500
#: Settings that differ from the defaults: no limits, or every limit that can be set.
POLICIES = {
    "free": "PERSON_MESSAGES_PER_MINUTE=0 PAIR_MESSAGES_PER_MINUTE=0",
    "strict": "SERVICE_MESSAGES_PER_MINUTE=100000000 SEGMENTS_PER_DAY=1000000000",
}
#: The same for a Service's own fields.
WATCHFUL = {
    **{f"content_{what}": "block" for what in ("phone", "card", "email", "profanity")},
    "allowed_countries": "US,CA", "allowed_prefixes": "+44",
}  # fmt: skip


OF_POLICIES = frozenset({"webhook, no limits", "webhook, content", "webhook, all"})


@dataclass
class Http:
    """The servers of a run, and the Services that are measured. Collects the costs of each round."""

    world: World
    servers: dict[str, Server]
    service: Service
    sessions: list[Session]
    watchful: Service
    watched: list[Session]
    seconds: float
    cpu: dict[str, list[float]] = field(default_factory=dict)
    p99: dict[str, list[float]] = field(default_factory=dict)

    def round(self, name: str, server: str, render: Callable[[int], list[bytes]], kind: str) -> float:
        """Requests per second. Any unexpected answer ends the bench: a refusal is quicker than the work."""
        requests = render(int(MOST_A_SECOND[kind] * max(self.seconds, 1)))
        web, store = self.servers[server], self.world.store.process.pid
        before, store_before = web.cpu(), process_cpu(store)
        did = load.drive(web.target, requests, self.seconds, EXPECTED[kind])
        if did.failed or not did.done:
            raise ValueError(f"{name}: {did.failed} of {did.failed + did.done} requests failed")
        self.cpu.setdefault(name, []).append((web.cpu() - before) / did.done * 1e6)
        self.cpu.setdefault(f"{name}, store", []).append((process_cpu(store) - store_before) / did.done * 1e6)
        self.p99.setdefault(name, []).append(did.p99_ms)
        return did.rate

    def paths(self, service: Service) -> forms.Paths:
        return forms.paths_of(self.world.rt, service.sid)

    def sides(self) -> dict[str, Callable[[], float]]:
        webhooks = partial(forms.webhooks, self.paths(self.service), forms.senders(self.sessions))
        opened = partial(forms.new_sessions, self.service.sid)
        watched = partial(forms.webhooks, self.paths(self.watchful), forms.senders(self.watched))
        return {
            "gunicorn bare": lambda: self.round("gunicorn bare", "gunicorn", forms.bare, "bare"),
            "webhook": lambda: self.round("webhook", "web", webhooks, "webhook"),
            "web bare": lambda: self.round("web bare", "bare", forms.bare, "bare"),
            "webhook, no limits": lambda: self.round("webhook, no limits", "free", webhooks, "webhook"),
            "webhook, content": lambda: self.round("webhook, content", "web", watched, "webhook"),
            "webhook, all": lambda: self.round("webhook, all", "strict", watched, "webhook"),
            "session": lambda: self.round("session", "web", opened, "session"),
            "webhook, everysec": lambda: self._everysec("webhook, everysec", webhooks, "webhook"),
            "session, everysec": lambda: self._everysec("session, everysec", opened, "session"),
        }

    def _everysec(self, name: str, render: Callable[[int], list[bytes]], kind: str) -> float:
        self.world.fsync("everysec")
        try:
            return self.round(name, "web", render, kind)
        finally:
            self.world.fsync("always")


def prepare(world: World, servers: dict[str, Server], sessions: int, seconds: float) -> Http:
    service, watchful = world.service(POOL), world.service(POOL, **WATCHFUL)
    world.fsync("everysec")
    opened, watched = ([world.pair(each) for _ in range(sessions)] for each in (service, watchful))
    world.fsync("always")
    http = Http(world, servers, service, opened, watchful, watched, seconds)
    _answers_rightly(http)
    return http


def _answers_rightly(http: Http) -> None:
    """Check the answer before measuring: the text goes to the partner, from the partner's own number."""
    rider, driver = http.sessions[0].participants
    (request,) = forms.webhooks(http.paths(http.service), forms.senders(http.sessions), 1)
    answer = load.ask(http.servers["web"].target, request).decode()
    wanted = f'to="{driver.identifier}" from="{driver.proxy_identifier}"'
    if wanted not in answer or forms.BODY not in answer or rider.identifier in answer:
        raise ValueError("the webhook was not answered with the relayed message")


def measure(http: Http, rounds: int, wanted: set[str]) -> list[Figure]:
    """Measure the baselines always, the rest as `wanted` says."""
    sides = {
        name: side for name, side in http.sides().items()
        if "bare" in name
        or ("webhook" in name and wanted & ({"T1"} if name in OF_POLICIES else {"T1", "T1b"}))
        or ("session" in name and "T3" in wanted)
    }  # fmt: skip
    rates = interleaved(rounds, sides)
    for name, rate in rates.items():
        web, store, slow = (median(each) for each in (http.cpu[name], http.cpu[f"{name}, store"], http.p99[name]))
        say(f"  {name:<20}{rate:>8,.0f}/s   CPU {web:>5.0f} us web, {store:>4.0f} us store   p99 {slow:.1f} ms")
    return _figures(http, rates, wanted)


def _figures(http: Http, rates: dict[str, float], wanted: set[str]) -> list[Figure]:
    found = []
    if "T1" in wanted:
        cost = median(http.cpu["webhook, all"]) - median(http.cpu["webhook, no limits"])
        found.append(
            Figure("T1 all", rates["webhook, all"] / rates["webhook, no limits"], f"{cost:.0f} us more of CPU")
        )
    if wanted & {"T1", "T1b"}:
        durable, relaxed = rates["webhook"], rates["webhook, everysec"]
        floor, bare = rates["gunicorn bare"], rates["web bare"]
        found += [
            Figure("T1", durable / floor, f"everysec {relaxed / floor:.2f}"),
            Figure("T1b", durable / bare, f"everysec {relaxed / bare:.2f}"),
            Figure("T1b cpu", median(http.cpu["webhook"]), f"bare view {median(http.cpu['web bare']):.0f}"),
        ]
    if "T3" in wanted:
        durable, relaxed = rates["session"] / rates["web bare"], rates["session, everysec"] / rates["web bare"]
        found.append(Figure("T3", durable, f"everysec {relaxed:.2f}"))
    return found


def trips(http: Http, count: int = 100) -> list[Figure]:
    """Counted with MONITOR: commands that clients sent for `count` webhooks. Calls inside scripts do not count."""
    found = [
        Figure("T9", _trips(http, http.service, http.sessions, count), "without a question to the customer's app"),
        Figure("T9 all", _trips(http, http.watchful, http.watched, count, "strict")),
    ]
    with app_that_agrees() as url:
        service = http.world.service(4)
        update_service(http.world.rt, service, {"intercept_callback_url": url})
        asked = _trips(http, service, [http.world.pair(service) for _ in range(4)], count)
    return [*found, Figure("T9 asked", asked)]


def _trips(http: Http, service: Service, sessions: list[Session], count: int, server: str = "web") -> float:
    requests = forms.webhooks(http.paths(service), forms.senders(sessions), count + 50)
    web = http.servers[server].target
    for request in requests[count:]:
        load.ask(web, request)
    with http.world.rt.store.client.monitor() as monitor:  # type: ignore[no-untyped-call]
        seen: list[str] = []
        listener = threading.Thread(target=_listen, args=(monitor, seen))
        listener.start()
        for request in requests[:count]:
            load.ask(web, request)
        http.world.rt.store.client.echo(END)
        listener.join(10)
    say(f"  {count} webhooks: {len(seen)} commands from clients: {', '.join(sorted(set(seen))) or 'none'}")
    return len(seen) / count


END = "the bench has sent its last webhook"


def _listen(monitor: object, seen: list[str]) -> None:
    for command in monitor.listen():  # type: ignore[attr-defined]
        if END in command["command"]:
            return
        # A thread's first request opens its connection, with CLIENT commands.
        if command["client_type"] != "lua" and not command["command"].startswith("CLIENT "):
            seen.append(command["command"].split(" ")[0])
