"""Converts a script's refusal to an error with a sentence that says what to do."""

from __future__ import annotations

from typing import Any

from common.errors import Invalid, NotFound, Refused

NONE_FIT = "The Service has no proxy number for this participant: "

SENTENCES = {
    20403: "An operator has blocked this Service, Session, number or person. Ask the operator of this installation "
    "(flask block list)",
    80103: "This identifier is already in the Session, or was removed from it and cannot be added again. "
    "Open a new Session for this person",
    80201: NONE_FIT + "none of its numbers can call. Add a voice-capable number, or open the Session message-only",
    80202: NONE_FIT + "none of its numbers can text. Add an SMS-capable number, or open the Session voice-only",
    80203: NONE_FIT + "it has no number of that country. Add one, or give a ProxyIdentifier",
    80205: NONE_FIT + "its pool has no number. Add one",
    80206: NONE_FIT + "all matching numbers are in use by this participant, or none matches the geo level. Add a "
    "number, or close a Session of this participant",
    80404: "The identifier is a proxy number of this Service: messages would loop. Use a person's own number",
    80601: "The phone number is not available: it is not in this Service's pool, is draining, or is in another pool",
    80602: "A Service with this UniqueName exists already",
    80603: "A Session with this UniqueName exists already in the Service",
    80604: "The participant has this proxy number in another active Session. Close that one, or choose another number",
    80614: "The participant has no partner in the Session. Add one first",
    80607: "The Session is closed and cannot be changed; set Status to in-progress to re-open it",
    80910: "The Session is voice-only: messages are not possible in it. Open one with another Mode",
    80911: "The Session is message-only: calls are not possible in it. Open one with another Mode",
    63038: "The account has sent as many segments as SEGMENTS_PER_DAY allows. Send tomorrow (UTC), or raise that limit",
    80609: "A Session has at most two participants. Remove one before adding another",
}

#: What the scripts say a refusal is about, where the code alone does not tell.
MORE_SENTENCES = {
    (80609, "ever"): "The Session has had as many participants, removed ones too, as MAX_PARTICIPANTS_PER_SESSION "
    "allows. Open a new Session",
}

PAST = "must be in the future"

#: What is full -> its sentence; docs/limits.md has the table.
FULL = {
    "Services": "the account has as many as MAX_SERVICES_PER_ACCOUNT allows. Delete one, or raise that setting",
    "PhoneNumbers": "the Service has as many as MAX_NUMBERS_PER_SERVICE allows. Delete one, or raise that setting",
    "Sessions": "the Service has as many as MAX_SESSIONS_PER_SERVICE allows. Delete closed ones, or raise that setting",
    "Blocks": "the Service has as many as MAX_BLOCKS_PER_SERVICE allows. Lift one, or raise that setting",
    "Notices": "the Service has as many texts and voices of its own as MAX_NOTICES_PER_SERVICE allows. Restore one, or "
    "raise that setting",
    "OptOuts": "the Service would have more than MAX_OPT_OUTS_PER_SERVICE allows. Nothing was imported: raise that "
    "setting",
}


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The script's answer. Raises Refused if the answer is a refusal."""
    code = answer.get("error")
    if code is None:
        return answer
    if code == 20404:
        raise NotFound
    if code == 20001:
        field = str(answer["about"])
        raise Invalid(field, FULL.get(field, PAST))
    raise Refused(code, MORE_SENTENCES.get((code, str(answer.get("about")))) or SENTENCES[code])
