"""An app with more Sessions than fit on a page: it reads them with the SDK's list, and page by page."""

from __future__ import annotations

from . import kit

COUNT = 120

service = kit.service()


def pages(size: int) -> list[list[str]]:
    page, found = service.sessions.page(page_size=size), []
    while page is not None:
        found.append([session.unique_name for session in page])
        following = page.next_page_url
        assert following is None or following.startswith(f"{kit.URL}/proxy/v1/")
        page = service.sessions.get_page(following) if following else None
    return found


def main() -> None:
    first = next(service.sessions.stream(limit=1))
    assert kit.request("GET", first.url)["sid"] == first.sid
    every = service.sessions.list()
    names = [session.unique_name for session in every]
    assert sorted(names) == sorted(f"session {number}" for number in range(COUNT))
    assert every == sorted(every, key=lambda session: session.date_created)
    assert [session.unique_name for session in service.sessions.list(limit=5000)] == names
    assert [session.unique_name for session in service.sessions.list(limit=107)] == names[:107]
    assert [session.unique_name for session in service.sessions.stream(page_size=7)] == names
    assert pages(50) == [names[:50], names[50:100], names[100:]]
    assert pages(1000) == [names[:100], names[100:]]


if __name__ == "__main__":
    main()
