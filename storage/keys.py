"""The names of all keys in the store, for Python and, through `lua_module`, for Lua.

A key of a Service is `{KS…}:<pattern>`, of an account `{AC…}:<pattern>`, of the installation `{ring}:<pattern>`: the
braces are the hash tag that keeps all keys of one owner on one node of a Cluster. `%s` is a part given by the caller.
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
        "at: last time seen (ms); n: number of the last event; e: epoch; positions in the stream: c: the deliveries', "
        "d: the record's; v: version of the snapshot that Python may cache; u: where the next cleaning of "
        "unreachable starts; w, wm: end (ms) and SID up to which session.expiring was sent; m: time (ms) up to which "
        "inbound messages were compared with the carrier's list; x: 1 if the texts of a deleted Service are to be "
        "redacted at the carrier; l: deliveries that were left out because too many waited",
    ),
    "sessions": Key("sessions", "stream", "the Service's", "every Session SID, packed, by creation (ms)"),
    "session": Key(
        "session:%s",
        "hash",
        "the Session's",
        "of the first two digits of SIDs: the rest -> a Session; see sessions/lua/modules/packing.lua",
    ),
    "former": Key(
        "former:%s", "hash", "the Session's", "Participants who have left: place -> them, packed; SID, person -> place"
    ),
    "names": Key("names", "hash", "the Service's", "hash of a unique name -> Session SID"),
    "due": Key("due", "zset", "the Service's", "active Sessions by their end, or an earlier moment after texts (ms)"),
    "lease": Key(
        "lease:%s",
        "hash",
        "while one is held",
        "of the first character of people: person -> SID of the Session and proxy number; empty: see leases",
    ),
    "leases": Key(
        "leases:%s", "hash", "while one is held", "of a person who had several at once: proxy number -> Session SID"
    ),
    "past": Key(
        "past:%s",
        "hash",
        "180 days",
        "of 90 days and the first character of people: person -> the numbers they had, 32 at most",
    ),
    "pool": Key("pool", "zset", "the Service's", "PN SIDs by the time they were added (ms), with draining ones"),
    "pns": Key("pns", "hash", "the Service's", "PN SID -> proxy number, with draining ones"),
    "numbers": Key("numbers", "hash", "the Service's", "proxy number -> JSON, with draining ones"),
    "own": Key("own", "set", "the Service's", "blind index of each proxy number, to recognise one as a sender"),
    "cell": Key(
        "cell:%s", "zset", "the Service's", "proxy numbers; score = open Sessions * 2^32 + time of the last release (s)"
    ),
    "interaction": Key("interaction:%s", "string", "the Session's", "an Interaction; see storage/short_form.py"),
    "interactions": Key("interactions:%s", "zset", "the Session's", "Interaction SIDs of a Session by creation (ms)"),
    "seen": Key(
        "seen:%s", "string", "twice the replay window", "of a carrier SID and stage: time (ms), outcome; not if relayed"
    ),
    "questions": Key(
        "questions", "hash", "while any is open", "carrier SID and stage -> JSON: question to the app, the inbound"
    ),
    "question_ends": Key(
        "question-ends", "zset", "while any is open", "the same, by when a job ends the question (ms)"
    ),
    "watched": Key(
        "watched", "zset", "while any is", "Interactions without a final state, by their next status check (ms)"
    ),
    "notices": Key("notices", "hash", "the Service's", "own texts: key|language -> text; voice:… -> its voice"),
    "content_lists": Key(
        "content-lists", "hash", "the Service's", "sealed: allowed -> JSON list; words:<language> -> own profanity"
    ),
    "events": Key("events", "stream", "until drained and spooled", "what happened; see storage/lua/modules/events.lua"),
    "outgoing": Key(
        "outgoing:%s", "string", "until sent", "of an Interaction: its message to the carrier's API, as JSON"
    ),
    "line": Key(
        "line:%s",
        "list",
        "while any waits",
        "proxy number:index: Interactions in the order to send; proxy number: its lines",
    ),
    "lines": Key(
        "lines",
        "zset",
        "while any waits",
        "numbers by when they may send next, claimed lines by the end of their claim (ms)",
    ),
    "pace": Key("pace:%s", "string", "seconds", "when a proxy number may send its next segment (ms)"),
    "queued": Key("queued", "zset", "while any waits", "Interactions that wait to be sent, by enqueue time (ms)"),
    "parked": Key("parked", "zset", "until an operator acts", "Interactions whose sending was given up, by time (ms)"),
    "held": Key("held", "zset", "while any is", "Interactions held by quiet hours, by their end (ms)"),
    "held_line": Key("held-line:%s", "list", "while any waits", "proxy number:index: held Interactions in order"),
    "sent": Key(
        "sent:%s", "zset", "the Session's", "of a Participant: messages the app sent them by the API, by creation (ms)"
    ),
    "recent": Key(
        "recent:%s", "list", "an hour", "of a person, to a proxy number: MessageSid|sealed text, the last few"
    ),
    "optouts": Key(
        "optouts", "hash", "the Service's", "person, or person|proxy number -> JSON: time, by, sealed number"
    ),
    "unreachable": Key(
        "unreachable",
        "hash",
        "the Service's",
        "the same -> JSON: carrier's code, count, until when; since when reachable; last START",
    ),
    "blocks": Key(
        "blocks",
        "hash",
        "until lifted",
        "service, number|…, session|…, person|… -> JSON: time, sealed number",
    ),
    "rate": Key(
        "rate:%s",
        "string",
        "until full, in memory alone",
        "kind:person|pair|service:whose -> when its bucket is full again (us)",
    ),
    "turns": Key(
        "turns:%s", "string", "an hour, in memory alone", "of a Session: hashes of the last texts, senders, times"
    ),
    "told": Key("told:%s", "hash", "an hour", "of a person: number of notices sent, and those sent only once"),
    "allowance": Key("allowance", "hash", "the Service's", "day: its number; left: segments that may still be sent"),
    "strangers": Key(
        "strangers", "hash", "the Service's", "day: its number; answers, questions: what strangers have used of it"
    ),
    "redactions": Key(
        "redactions", "zset", "while any waits", "carrier's messages by when their text is to be redacted there (ms)"
    ),
    "redacting": Key(
        "redacting", "hash", "while any waits", "the same -> JSON: Interaction, leg, tries, token of the claim"
    ),
    "delivery": Key("delivery:%s", "string", "see delivery_ends", "an event for one receiver, as JSON"),
    "deliveries": Key(
        "deliveries:%s", "zset", "the deliveries'", "delivery SIDs by creation (ms), all or of one state"
    ),
    "delivery_ends": Key("delivery-ends", "zset", "the deliveries'", "settled ones by when they are deleted (ms)"),
    "lane": Key("lane:%s", "list", "while any waits", "delivery SIDs in order; part: kind:Session SID, or its own"),
    "lanes": Key("lanes:%s", "zset", "while any waits", "of a kind: lanes by their next try (ms)"),
    "attachment": Key(
        "attachment:%s", "string", "until cleared up", "of a message's Interaction: the work to do for its files"
    ),
    "attachments": Key("attachments", "zset", "while any is", "Interactions with files, by their next work (ms)"),
}

ACCOUNT_KEYS = {
    "account": Key("account", "string", "the account's", "tokens sealed, carrier account, as JSON"),
    "services": Key("services", "zset", "the account's", "Service SIDs by creation (ms)"),
    "service_names": Key("service-names", "hash", "the account's", "hash of a unique name -> Service SID"),
    "claims": Key(
        "claims", "zset", "until confirmed", "creations not yet confirmed: Service SID or proxy number by start (ms)"
    ),
    "number_claims": Key(
        "number-claims",
        "hash",
        "of a carrier's account, the installation's",
        "proxy number -> JSON: the account and Service that hold it, PN SID, webhooks to restore",
    ),
    "asked": Key("asked:%s", "string", "until full", "of read or write: when its token bucket is full again (us)"),
    "segments": Key(
        "segments",
        "hash",
        "2 days",
        "number of a day: segments granted; a Service: its last token and share",
    ),
    "requests": Key("requests", "hash", "24 hours", "hour since 1970 -> Idempotency-Keys that were used first in it"),
    "request": Key(
        "request:%s", "hash", "24 hours", "of an Idempotency-Key: hash of the request, token, seed, sealed answer"
    ),
}

RING_KEYS = {
    "keyring": Key("keyring", "hash", "for ever", "the key ring, wrapped by SECRET_KEY"),
    "former_tokens": Key("former-tokens", "hash", "for ever", "hash of a former TWILIO_AUTH_TOKEN -> its end (ms)"),
    "installation_services": Key("services", "hash", "for ever", "Service SID -> account SID"),
    "installation_accounts": Key("accounts", "hash", "for ever", "account SID -> time it was added (ms)"),
    "api_keys": Key("api-keys", "hash", "for ever", "key SID -> JSON: account, role, hash of the secret, last check"),
    "login_failures": Key(
        "login-failures:%s",
        "string",
        "minutes",
        "of an address's hash or an account: when its budget is full again (us)",
    ),
    "key_check": Key("key-check:%s", "string", "a minute", "of an API key and its secret: who asks the carrier, or no"),
    "key_checks": Key("key-checks", "zset", "a minute", "unknown API keys being checked, by the end of the claim (ms)"),
    "key_check_budget": Key(
        "key-check-budget", "string", "minutes", "when the budget of such checks is full again (us)"
    ),
    "refusals": Key(
        "refusals", "hash", "for ever", "refused webhooks: reason -> count; reason:at (ms), reason:said: the last"
    ),
    "heartbeats": Key(
        "heartbeats", "hash", "for ever", "name of a queue -> when a worker of it was last alive (ms); clock"
    ),
    "job_claim": Key("job:%s", "string", "a minute", "of a job and a SID: token of the worker that runs it"),
    "libraries": Key(
        "libraries", "zset", "for ever", "our function libraries by when each was loaded or released last (ms)"
    ),
    "file": Key("file:%s", "string", "an hour at most", "a cleaned file, sealed"),
    "files": Key("files", "hash", "for ever", "file -> its size in bytes; all: their sum"),
    "file_ends": Key("file-ends", "zset", "while there is any", "files by when they expire (ms)"),
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
    """These keys as a Lua module: `keys.session(tx, sid)` returns a key with the hash tag of the call."""
    table, lines = {**SERVICE_KEYS, **ACCOUNT_KEYS, **RING_KEYS}, ["local keys = {}"]
    for name in sorted(names):
        prefix, variable, _ = table[name].pattern.partition("%s")
        parameter, tail = (", part", " .. part") if variable else ("", "")
        lines.append(f"function keys.{name}(tx{parameter}) return tx.tag .. '{prefix}'{tail} end")
    return "\n".join([*lines, "return keys"])
