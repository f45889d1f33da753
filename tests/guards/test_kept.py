"""All that a process keeps between two requests, and why none of it is out of date after a change that was answered.

What is read from the store is kept in one place, `services/snapshot.py`, whose version the scripts check. A new row
here needs a reason of that kind; a time after which something is read again is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.guards.source import PRODUCT, files, name_of, tree

PACKAGES = tuple(package for package in PRODUCT if package not in ("simulator", "dev"))
CACHES = {"cache", "lru_cache", "cached_property"}
EMPTY = {"dict", "set", "list", "deque", "defaultdict", "OrderedDict", "Counter", "WeakKeyDictionary"}

KEPT = {
    "common/runtime.py self._parts": "each part has a row of its own",
    "services/accounts.py self._made": "compared with the account each time",
    "services/snapshot.py self.of_service": "scripts check its version",
    "policy/content_check.py self.of_service": "of the version that services/snapshot.py has",
    "policy/quotas.py self.logged": "what was logged once",
    "policy/unchecked.py self.last": "what was logged",
    "storage/library.py functions": "files of this release",
    "storage/library.py modules": "files of this release",
    "storage/library.py script": "files of this release",
    "storage/scripts.py files": "files of this release",
    "pool/geo.py _region_of": "pure",
    "proxy/api/unknown_fields.py _logged": "what was logged once",
    "services/accounts.py self._refused": "holds as long as no account is added or changed",
    "common/worker_slots.py self._failing": "how receivers answered this process",
    "common/worker_slots.py self._owners": "threads at work",
    "common/worker_slots.py self._receivers": "threads at work",
    "proxy/doctor/finding.py database": "one run of a command",
    "proxy/doctor/finding.py runtime": "one run of a command",
    "proxy/doctor/finding.py settings": "one run of a command",
    "proxy/doctor/finding.py store": "one run of a command",
    "common/failures.py COUNTED": "what failed in this process",
    "media/fetch.py carrier": "of the settings",
    "media/fetch.py elsewhere": "of the settings",
    "common/identifiers.py _has_trunk_zero": "pure",
    "jobs/recurring.py engine": "of the settings",
    "jobs/recurring.py runtime": "of the settings",
    "media/cleaning/animations.py reduced.info": "of one picture",
    "media/cleaning/images.py copied.info": "of one picture",
    "services/api_limits.py self._buckets": "tokens that are paid for in the store",
    "callbacks/http/concurrency_limit.py self._under_way": "requests under way",
    "policy/content/characters.py _folded": "pure",
    "policy/content/content.py _allowed": "pure",
    "policy/content/dialable.py _shape": "pure",
    "policy/content/dialable.py _national": "pure",
    "policy/content/dialable.py homes_of": "pure",
    "policy/content/profanity.py _compiled": "pure",
    "policy/content/profanity.py _ours": "pure",
    "policy/quiet_hours.py _zones": "pure",
    "proxy/webhooks/refusal_count.py self._said": "said with the next write",
    "proxy/webhooks/refusal_count.py self._waiting": "counts to be added",
    "proxy/webhooks/refusal_count.py self._warned": "what was logged last",
    "storage/scripts.py source": "files of this release",
    "storage/store.py _sha": "files of this release",
    "policy/time_zones.py _links": "a table of a library",
    "policy/time_zones.py _names": "a table of a library",
    "policy/time_zones.py of_country": "a table of a library",
}  # fmt: skip


def test_each_thing_that_is_kept_has_its_reason():
    found = {f"{name_of(path)} {name}" for path in files(*PACKAGES) for name in _kept(tree(path))}
    assert found - set(KEPT) == set(), "kept between requests: say here why it cannot be out of date"
    assert set(KEPT) - found == set(), "not kept any more"


def _kept(module: ast.Module) -> Iterator[str]:
    """Cached functions; empty collections of a module or of an object."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and CACHES & set(map(_name, node.decorator_list)):
            yield node.name
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_empty(node.value):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Attribute) or node in module.body:
                yield ast.unparse(target)


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return _name(value) in EMPTY and not value.args
    return (isinstance(value, ast.Dict) and not value.keys) or (isinstance(value, ast.List) and not value.elts)


def _name(node: ast.expr) -> str:
    """Of what is called, or of a bare name."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
