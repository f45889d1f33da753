"""Every key of the store: this table alone spells one, for Python and, through `lua_module`, for Lua.

A key of a Service is `{KS…}:<pattern>`, of an account `{AC…}:<pattern>`, of the installation `{ring}:<pattern>`: the
braces are the hash tag that keeps all of one owner on one node of a Cluster. `%s` is a part that the caller gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Key(NamedTuple):
    pattern: str
    type: str
    life: str
    holds: str


SERVICE_KEYS = {
    "service": Key("service", "string", "the Service's", "the Service as JSON"),
    "clock": Key(
        "clock",
        "hash",
        "the Service's",
        "at: last time seen (ms); n: number of the last event; e: epoch; places in the stream: c: the deliveries', d: "
        "the record's; v: version of what Python may know beforehand; u: where unreachable is cleaned next; "
        "w, wm: end (ms) and SID up to which "
        "expiring Sessions are told of; m: "
        "end of what was compared with the carrier's inbound (ms); x: 1 if a deleted Service's texts are to be "
        "emptied at the carrier",
    ),
    "sessions": Key("sessions", "zset", "the Service's", "every Session SID by creation (ms)"),
    "session": Key("session:%s", "string", "the Session's", "a Session; see sessions/lua/modules/packing.lua"),
    "names": Key("names", "hash", "the Service's", "unique name -> Session SID"),
    "due": Key("due", "zset", "the Service's", "active Sessions by the moment they end (ms)"),
    "leases": Key("leases:%s", "hash", "while one is held", "of a person: proxy number -> Session SID, place in it"),
    "past": Key(
        "past:%s", "hash", "90 days", "of a person: proxy number -> ms of release|partner|Session SID; 32 at most"
    ),
    "pool": Key("pool", "zset", "the Service's", "PN SIDs by the moment they were added (ms); also the draining ones"),
    "pns": Key("pns", "hash", "the Service's", "PN SID -> proxy number; also the draining ones"),
    "numbers": Key("numbers", "hash", "the Service's", "proxy number -> JSON; also the draining ones"),
    "own": Key("own", "set", "the Service's", "blind index of each proxy number, to know one that calls or texts us"),
    "cell": Key(
        "cell:%s", "zset", "the Service's", "proxy numbers; score = open Sessions * 2^32 + second of last release"
    ),
    "interaction": Key("interaction:%s", "string", "the Session's", "an Interaction as JSON, its data sealed"),
    "interactions": Key("interactions:%s", "zset", "the Session's", "Interaction SIDs of a Session by creation (ms)"),
    "seen": Key("seen:%s", "hash", "twice the replay window", "carrier SID and stage -> outcome; generation:bucket"),
    "questions": Key(
        "questions", "hash", "while any is open", "carrier SID and stage -> JSON: a question to the app, what came in"
    ),
    "question_ends": Key("question-ends", "zset", "while any is open", "the same by when a job ends the question (ms)"),
    "watched": Key(
        "watched", "zset", "while any is", "Interactions that are not over by the next look at the carrier (ms)"
    ),
    "notices": Key("notices", "hash", "the Service's", "own sentences: key|language -> text; voice:… -> its voice"),
    "content_lists": Key(
        "content-lists", "hash", "the Service's", "sealed: allowed -> JSON list; words:<language> -> own bad words"
    ),
    "events": Key("events", "stream", "until drained and spooled", "what happened, for the record and the deliveries"),
    "outgoing": Key(
        "outgoing:%s", "string", "until sent", "a message for the carrier's API, by its Interaction, as JSON"
    ),
    "line": Key(
        "line:%s",
        "list",
        "while any waits",
        "proxy number:index: Interactions to send in order; of a number: its lines",
    ),
    "lines": Key(
        "lines",
        "zset",
        "while any waits",
        "numbers by when they are free, lines under way by the end of their claim (ms)",
    ),
    "pace": Key("pace:%s", "string", "seconds", "when a proxy number may send its next segment (ms), a minute longer"),
    "queued": Key("queued", "zset", "while any waits", "Interactions that wait to be sent, by moment (ms)"),
    "parked": Key(
        "parked", "zset", "until an operator acts", "Interactions whose sending was given up, by moment (ms)"
    ),
    "held": Key("held", "zset", "while any is", "Interactions that wait for the day, by when it begins (ms)"),
    "held_line": Key("held-line:%s", "list", "while any waits", "proxy number:index: held Interactions in order"),
    "sent": Key(
        "sent:%s", "zset", "the Session's", "of a Participant: what the app itself sent them, by creation (ms)"
    ),
    "recent": Key(
        "recent:%s", "list", "an hour", "of a person, to a proxy number: MessageSid|sealed text, the last few"
    ),
    "optouts": Key(
        "optouts", "hash", "the Service's", "person, or person|proxy number -> JSON: moment, by, sealed number"
    ),
    "unreachable": Key(
        "unreachable",
        "hash",
        "the Service's",
        "the same -> JSON: the carrier's code, how often, until; since when not; last START",
    ),
    "blocks": Key(
        "blocks",
        "hash",
        "until lifted",
        "service, number|…, session|…, person|… -> JSON: moment, sealed number",
    ),
    "rate": Key(
        "rate:%s", "string", "until full", "kind:person|pair|service:whose -> when its bucket is full again (ms)"
    ),
    "turns": Key("turns:%s", "string", "an hour", "of a Session: prints of the last texts, who wrote them and when"),
    "told": Key("told:%s", "hash", "an hour", "of a person: how much we told them by text, and which subjects once"),
    "allowance": Key("allowance", "hash", "the Service's", "day: its number; left: segments that may still be sent"),
    "redactions": Key(
        "redactions", "zset", "while any waits", "the carrier's messages by when their text is to be emptied there (ms)"
    ),
    "redacting": Key(
        "redacting", "hash", "while any waits", "the same -> JSON: Interaction, leg, tries, token of who is at it"
    ),
    "delivery": Key("delivery:%s", "string", "see delivery_ends", "what one receiver is to be told, as JSON"),
    "deliveries": Key("deliveries:%s", "zset", "the deliveries'", "delivery SIDs by creation (ms); all, or of a state"),
    "delivery_ends": Key("delivery-ends", "zset", "the deliveries'", "settled ones by when they are forgotten (ms)"),
    "lane": Key("lane:%s", "list", "while any waits", "delivery SIDs in their order; kind:Session SID, or its own"),
    "lanes": Key("lanes:%s", "zset", "while any waits", "of a kind: lanes by their next moment (ms)"),
    "attachment": Key(
        "attachment:%s", "string", "until cleared up", "of a message, by its Interaction: what is to do for its files"
    ),
    "attachments": Key("attachments", "zset", "while any is", "Interactions with files by their next moment (ms)"),
}

ACCOUNT_KEYS = {
    "account": Key("account", "string", "the account's", "tokens sealed, carrier account, as JSON"),
    "services": Key("services", "zset", "the account's", "Service SIDs by creation (ms)"),
    "service_names": Key("service-names", "hash", "the account's", "unique name -> Service SID"),
    "claims": Key(
        "claims", "zset", "minutes", "creations not yet confirmed: Service SID or proxy number by start (ms)"
    ),
    "routes": Key("routes", "hash", "the account's", "proxy number -> JSON: its Service, its PN SID, what to restore"),
    "asked": Key("asked:%s", "string", "until full", "of read or write: when its bucket of tokens is full again (ms)"),
    "segments": Key(
        "segments",
        "hash",
        "2 days",
        "a day's number: segments handed out; a Service: its last token and part",
    ),
    "request": Key(
        "request:%s", "hash", "24 hours", "of an Idempotency-Key: hash of the request, token, seed, sealed answer"
    ),
}

RING_KEYS = {
    "keyring": Key("keyring", "hash", "for ever", "the key ring, wrapped by SECRET_KEY"),
    "installation_services": Key("services", "hash", "for ever", "Service SID -> account SID"),
    "installation_accounts": Key("accounts", "hash", "for ever", "account SID -> moment it was added (ms)"),
    "api_keys": Key("api-keys", "hash", "for ever", "key SID -> JSON: account, role, hash of the secret, last check"),
    "refusals": Key(
        "refusals", "hash", "for ever", "refused webhooks: reason -> how many; reason:at (ms), reason:said of the last"
    ),
    "heartbeats": Key("heartbeats", "hash", "for ever", "worker, clock -> when it last gave a sign of life (ms)"),
    "libraries": Key(
        "libraries", "zset", "for ever", "our function libraries by when each was loaded or released last (ms)"
    ),
    "file": Key("file:%s", "string", "an hour at most", "a clean file, sealed"),
    "files": Key("files", "hash", "for ever", "file -> bytes that it takes; all: their sum"),
    "file_ends": Key("file-ends", "zset", "while there is any", "files by when they end (ms)"),
}

RING = "{ring}"


def _spell(owner: str, key: Key, *parts: str) -> str:
    return f"{{{owner}}}:{key.pattern % parts if parts else key.pattern}"


def service(name: str, service_sid: str, *parts: str) -> str:
    """The key `name` of SERVICE_KEYS of one Service."""
    return _spell(service_sid, SERVICE_KEYS[name], *parts)


def account(name: str, account_sid: str) -> str:
    """The key `name` of ACCOUNT_KEYS of one account."""
    return _spell(account_sid, ACCOUNT_KEYS[name])


def ring(name: str, *parts: str) -> str:
    """The key `name` of RING_KEYS."""
    return _spell("ring", RING_KEYS[name], *parts)


def events(service_sid: str) -> str:
    return service("events", service_sid)


def installation_services() -> str:
    return ring("installation_services")


def lua_module(names: Iterable[str]) -> str:
    """These keys as a module of Lua: `keys.session(tx, sid)` spells one with the hash tag of the call."""
    table, lines = {**SERVICE_KEYS, **ACCOUNT_KEYS, **RING_KEYS}, ["local keys = {}"]
    for name in sorted(names):
        prefix, variable, _ = table[name].pattern.partition("%s")
        parameter, tail = (", part", " .. part") if variable else ("", "")
        lines.append(f"function keys.{name}(tx{parameter}) return tx.tag .. '{prefix}'{tail} end")
    return "\n".join([*lines, "return keys"])
