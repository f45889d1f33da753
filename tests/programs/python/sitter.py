"""An agency of sitters: the sitter gets a new phone in the middle of it and must stay behind the same number."""

from __future__ import annotations

from . import kit

PARENT, OLD_PHONE, NEW_PHONE = "+14155559001", "+14155559002", "+14155559003"

service = kit.service()


def main() -> None:
    session = service.sessions.create(unique_name="booking-7", ttl=86400)
    parent = session.participants.create(identifier=PARENT, friendly_name="parent")
    sitter = session.participants.create(identifier=OLD_PHONE, friendly_name="sitter")
    kit.text(PARENT, parent.proxy_identifier, "At seven?")
    assert kit.inbox(OLD_PHONE) == [(sitter.proxy_identifier, "At seven?")]

    service.sessions(session.sid).participants(sitter.sid).delete()
    again = session.participants.create(identifier=NEW_PHONE, proxy_identifier=sitter.proxy_identifier)
    assert again.proxy_identifier == sitter.proxy_identifier
    assert again.sid != sitter.sid

    kit.text(PARENT, parent.proxy_identifier, "At eight, then")
    assert kit.inbox(NEW_PHONE) == [(sitter.proxy_identifier, "At eight, then")]
    assert kit.inbox(OLD_PHONE) == []
    kit.text(OLD_PHONE, sitter.proxy_identifier, "Still me")
    assert kit.inbox(PARENT) == []
    kit.inbox(OLD_PHONE)
    kit.text(NEW_PHONE, again.proxy_identifier, "Fine")
    assert kit.inbox(PARENT) == [(parent.proxy_identifier, "Fine")]
    people = {person.identifier: person.date_deleted for person in session.participants.list()}
    assert [people[phone] is None for phone in (PARENT, OLD_PHONE, NEW_PHONE)] == [True, False, True]


if __name__ == "__main__":
    main()
