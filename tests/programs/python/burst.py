"""A ticket shop at the minute of sale: one client creates a thousand Sessions at once, and repeats no request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from . import kit

SESSIONS, AT_ONCE = 1000, 32

service = kit.service()


def main() -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda number: service.sessions.create(unique_name=f"ticket {number}"), range(SESSIONS)))
    assert len({session.sid for session in made}) == SESSIONS


if __name__ == "__main__":
    main()
