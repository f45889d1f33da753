"""Two people text each other, and the app reads the Interactions; every URL in the answers works."""

from __future__ import annotations

import json

from . import kit

ANN, BOB = "+14155559001", "+14155559002"
TEXTS = ((ANN, "Hi, it's Ann"), (BOB, "سلام 👋 <&>"), (ANN, "one + one = 100 %\nand a line"))

service = kit.service()


def main() -> None:
    people = [json.dumps({"Identifier": phone, "FriendlyName": "of two"}) for phone in (ANN, BOB)]
    session = service.sessions.create(unique_name="a talk", participants=people)
    masks = {person.identifier: person.proxy_identifier for person in session.participants.list()}
    for sender, body in TEXTS:
        other = BOB if sender == ANN else ANN
        kit.text(sender, masks[sender], body)
        assert kit.inbox(other) == [(masks[other], body)]
    found = session.interactions.list()
    assert [json.loads(one.data) for one in found] == [{"body": body} for _, body in TEXTS]
    assert {one.type for one in found} == {"message"}
    assert {one.outbound_resource_status for one in found} == {"delivered"}
    addresses = [session.url, *session.links.values(), *(person.url for person in session.participants.list())]
    for url in addresses + [one.url for one in found]:
        assert url.startswith(f"{kit.URL}/proxy/v1/"), url
        answer = kit.request("GET", url)
        assert answer.get("url", url) == url
    assert service.sessions("a talk").fetch().date_last_interaction is not None


if __name__ == "__main__":
    main()
