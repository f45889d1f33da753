"""Everything that a process keeps between two requests, with the reason why it is not out of date after a change.

Data from the store is kept in one place, `services/snapshot.py`, whose version the scripts check. A new row here
needs a reason as strong as that; rereading the data after some time is not such a reason. Only two things may keep
data: an object that the runtime holds as a part (`rt.part(make)`), or the cache of a pure function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.guards.source import PRODUCT, files, name_of, tree

PACKAGES = tuple(package for package in PRODUCT if package not in ("simulator", "dev"))
CACHES = {"cache", "lru_cache", "cached_property"}
EMPTY = {"dict", "set", "list", "deque", "defaultdict", "OrderedDict", "Counter", "WeakKeyDictionary"}
#: Types whose objects only make sense if they are kept.
LIVE = {
    "Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "Thread", "ThreadPoolExecutor",
    "local", "ContextVar", "Queue", "count",
}  # fmt: skip

#: Attributes of objects, by file, with the reason for each.
HELD = {
    "callbacks/http/concurrency_limit.py self._under_way": "requests under way",
    "carrier/webhook_urls.py self.last": "a token that was ours stays ours; the store says until when it is accepted",
    "common/runtime.py self._parts": "each part has a row of its own",
    "common/security_events.py self._minutes": "how many lines were logged in this minute",
    "common/worker_slots.py self._failing": "how receivers answered this process",
    "common/worker_slots.py self._owners": "threads at work",
    "common/worker_slots.py self._receivers": "threads at work",
    "common/worker_slots.py self._waiting": "receivers that this process refused within the last seconds",
    "policy/content_check.py self.of_service": "of the version that services/snapshot.py has",
    "policy/quotas.py self.logged": "what was logged once",
    "policy/unchecked.py self.last": "what was logged",
    "proxy/api/logins.py self._noted": "what was logged in this hour",
    "proxy/api/unknown_fields.py self._listed": "of one request",
    "proxy/api/unknown_fields.py self.names": "what was logged once",
    "proxy/edge/exchange.py self._over": "requests that were just answered",
    "proxy/edge/threads.py self._done": "what threads did and the queue does not know yet; used up at each request",
    "proxy/edge/fair_queue.py self._queues": "requests that wait or are worked on",
    "proxy/edge/fair_queue.py self._turns": "requests that wait",
    "proxy/edge/queue_names.py self._proven": "a name only chooses the queue; each request is checked anew",
    "proxy/hung_workers.py self._of": "of the workers that run; made anew once a second",
    "proxy/webhooks/refusal_counter.py self._last_messages": "written with the next counts",
    "proxy/webhooks/refusal_counter.py self._unwritten": "counts to be added",
    "proxy/webhooks/refusal_counter.py self._warned_at": "what was logged last",
    "services/accounts.py self._made": "compared with the account each time",
    "services/api_limits.py self._buckets": "tokens that are paid for in the store",
    "services/login_failures.py self._waiting": "the store said how long the address waits",
    "services/snapshot.py self.of_service": "scripts check its version",
    "storage/seal.py self._clear": "of one operation",
    "storage/pipelined.py self._sent": "commands without an answer yet",
    "storage/pipelined.py self._unsent": "commands of this turn of the event loop",
}
#: Cached functions whose result depends only on their arguments and on this release.
PURE = {
    "common/dates.py": "_date",
    "common/dialling_codes.py": "_code _country",
    "common/identifiers.py": "_has_trunk_zero lookup",
    "common/values.py": "_readers _required by_name",
    "policy/content/characters.py": "_folded",
    "policy/content/content.py": "_allowed",
    "policy/content/dialable.py": "_mobiles _national _shape homes_of",
    "policy/content/profanity.py": "_compiled _ours",
    "policy/lines.py": "_is_plain_area is_costly",
    "policy/quiet_hours.py": "_zones",
    "policy/time_zones.py": "_links _names zones_by_country",
    "pool/geo.py": "_country_at _region_of",
    "pool/selection.py": "_cell_groups",
    "storage/library.py": "_library functions modules script version",
    "storage/store.py": "_sha",
}
#: The only exceptions: no other name at module level may keep something.
APART = {
    "common/failures.py COUNTED": "what failed in this process, for whoever runs it: no operation reads it",
    "common/sids.py _seed": "of one request, by its context",
    "common/waiting.py _thread": "what a thread belongs to, for as long as it runs",
    "jobs/recurring.py runtime": "the runtime itself: a job comes over the queue without arguments",
    "proxy/api/unknown_fields.py _reading": "of the form that is being read",
    "proxy/doctor/finding.py database": "of one run of a command, opened part by part",
    "proxy/doctor/finding.py runtime": "of one run of a command",
    "proxy/doctor/finding.py settings": "of one run of a command",
    "proxy/doctor/finding.py store": "of one run of a command",
    "proxy/loader.py application": "the application itself: workers inherit it from their server",
    "proxy/server_runtime.py server_runtime": "the runtime itself: workers inherit it from their server",
}


def test_each_thing_that_is_held_has_its_reason():
    found = {f"{name_of(path)} {name}" for path in files(*PACKAGES) for name in _held(tree(path))}
    assert found - set(HELD) == set(), "kept between requests: say here why it cannot be out of date"
    assert set(HELD) - found == set(), "not kept any more"


def test_nothing_is_kept_in_another_way():
    found = {f"{name_of(path)} {name}" for path in files(*PACKAGES) for name in _by_module(tree(path))}
    pure = {f"{file} {name}" for file, names in PURE.items() for name in names.split()}
    assert found - pure - set(APART) == set(), "let the runtime hold it: rt.part(make)"
    assert (pure | set(APART)) - found == set(), "not kept any more"


def _held(module: ast.Module) -> Iterator[str]:
    """Attributes of `self` that begin as an empty collection."""
    for node, value in _assignments(module):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self" and _is_empty(value):
            yield ast.unparse(node)


def _by_module(module: ast.Module) -> Iterator[str]:
    """Cached functions, empty collections, locks and threads of a module or a class, and names that are `global`."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and CACHES & set(map(_name, node.decorator_list)):
            yield node.name
        if isinstance(node, ast.Global):
            yield from node.names
        if isinstance(node, ast.Module | ast.ClassDef):
            for target, value in _assignments(node, deep=False):
                if _is_empty(value) or (isinstance(value, ast.Call) and _name(value) in LIVE):
                    yield ast.unparse(target)


def _assignments(within: ast.Module | ast.ClassDef, deep: bool = True) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The target and the value of each assignment."""
    for node in ast.walk(within) if deep else within.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return _name(value) in EMPTY and not value.args
    return (isinstance(value, ast.Dict) and not value.keys) or (isinstance(value, ast.List) and not value.elts)


def _name(node: ast.expr) -> str:
    """The name of a function, decorator or type, without its module and its arguments."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
