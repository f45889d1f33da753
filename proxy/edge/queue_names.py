"""Which queue a request belongs to: for webhooks that of their Service, for the API that of its client."""

from __future__ import annotations

from collections.abc import Callable

from granian.rsgi import Scope

#: The queue of all whose name is not proven, so that nobody gets a larger share by inventing names.
UNPROVEN = ""
#: Names that are remembered; of more, the one that was proven first is forgotten, and may be proven again.
MOST_PROVEN = 4096
API_PATHS = ("/proxy/", "/events/", "/ops/")


class QueueNames:
    """A name is proven when a request with it succeeded: only then were its signature or its credentials right."""

    def __init__(self) -> None:
        self._proven: dict[str, None] = {}

    def is_proven(self, name: str) -> bool:
        return name in self._proven

    def prover(self, name: str) -> Callable[[int], None] | None:
        """What is to be called with the status of the answer."""
        if not name:
            return None

        def answered(status: int) -> None:
            if 200 <= status < 300:
                self._prove(name)

        return answered

    def _prove(self, name: str) -> None:
        """Several threads may do it at the same time."""
        self._proven[name] = None
        if len(self._proven) > MOST_PROVEN:
            self._proven.pop(next(iter(self._proven.copy())), None)


def claimed_name(scope: Scope) -> str:
    """What a request says by its head alone. Secrets are only in it as a hash that differs in each process."""
    path = scope.path
    if path.startswith("/webhooks/KS"):
        return path[10:44]
    if path.startswith("/v1/Accounts/"):
        return "".join(path.split("/")[5:6])[:34]
    if path.startswith(API_PATHS):
        # Of the whole header: whoever has only the name of a client does not get into its queue.
        given = scope.headers.get("authorization")
        return f"api {hash(given)}" if given else UNPROVEN
    return UNPROVEN
