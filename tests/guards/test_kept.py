"""All that a process keeps between two requests, and why none of it is out of date after a change that was answered.

What is read from the store is kept in one place, `Runtime.known`, whose version the scripts check. A new row here needs
a reason of that kind; a time after which something is read again is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.guards.source import files, name_of, tree

PACKAGES = ("proxy", "relay", "sessions", "pool", "record", "storage")
CACHES = {"cache", "lru_cache", "cached_property"}
EMPTY = {"dict", "set", "list", "deque", "defaultdict", "OrderedDict", "Counter", "WeakKeyDictionary"}

KEPT = {
    "pool/geo.py _region_of": "pure",
    "proxy/api/unknown_fields.py _logged": "what was logged once",
    "relay/accounts.py self._refused": "holds as long as no account is added or changed",
    "relay/courier/attempt.py _doors": "of the settings",
    "relay/courier/crew.py self._failing": "how receivers answered this process",
    "relay/courier/crew.py self._owners": "threads at work",
    "relay/courier/crew.py self._receivers": "threads at work",
    "relay/courier/run.py crew": "threads",
    "relay/doctor/finding.py database": "one run of a command",
    "relay/doctor/finding.py runtime": "one run of a command",
    "relay/doctor/finding.py settings": "one run of a command",
    "relay/doctor/finding.py store": "one run of a command",
    "relay/failures.py COUNTED": "what failed in this process",
    "relay/files/fetch.py carrier": "of the settings",
    "relay/files/fetch.py elsewhere": "of the settings",
    "relay/files/run.py crew": "threads",
    "relay/identifiers.py _has_trunk_zero": "pure",
    "relay/jobs.py engine": "of the settings",
    "relay/jobs.py runtime": "of the settings",
    "relay/media/animations.py reduced.info": "of one picture",
    "relay/media/images.py copied.info": "of one picture",
    "relay/operations/limits.py self._buckets": "tokens that are paid for in the store",
    "relay/outbox/run.py crew": "threads",
    "relay/outside/slots.py self._held": "requests under way",
    "relay/policy/characters.py _folded": "pure",
    "relay/policy/content.py _allowed": "pure",
    "relay/policy/dialable.py _shape": "pure",
    "relay/policy/phones.py _calling_codes": "pure",
    "relay/policy/profanity.py _compiled": "pure",
    "relay/policy/profanity.py _ours": "pure",
    "relay/quiet.py _zones": "pure",
    "relay/refusals.py self._said": "said with the next write",
    "relay/refusals.py self._waiting": "counts to be added",
    "relay/refusals.py self._warned": "what was logged last",
    "relay/runtime.py self._carriers": "compared with the account each time",
    "relay/runtime.py self.content_rules": "of the version that known has",
    "relay/runtime.py self.exhausted": "what was logged once",
    "relay/runtime.py self.unchecked": "what was logged",
    "relay/runtime.py self.known": "scripts check its version",
    "storage/scripts.py source": "files of this release",
    "storage/store.py _sha": "files of this release",
    "relay/zones.py _links": "a table of a library",
    "relay/zones.py _names": "a table of a library",
    "relay/zones.py of_country": "a table of a library",
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
