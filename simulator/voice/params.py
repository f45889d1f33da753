"""The parameters of voice webhooks."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from simulator.params import API_VERSION, place
from simulator.voice.model import Call

SIP = {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}
#: CallStatus in a report of these events; other events report the call's status.
EVENT_STATUSES = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


def of(call: Call) -> dict[str, str]:
    found = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallStatus": call.status,
        "Direction": call.direction,
        "From": call.sender,
        "To": call.to,
        "Caller": call.sender,
        "Called": call.to,
        **place("From", call.sender),
        **place("Caller", call.sender),
        **place("To", call.to),
        **place("Called", call.to),
    }
    optional = {"CallerName": call.caller_name, "ForwardedFrom": call.forwarded_from, "ParentCallSid": call.parent_sid}
    return {**found, **{name: value for name, value in optional.items() if value}}


def progress(call: Call, event: str, sequence: int) -> dict[str, str]:
    found = {
        **of(call),
        "CallStatus": EVENT_STATUSES.get(event, call.status),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    if event != "completed":
        return found
    seconds = call.duration or 0
    # Duration is the billed time in started minutes; only answered calls have it.
    durations = {"Duration": str(-(-seconds // 60)), "CallDuration": str(seconds)}
    return {
        **found,
        **(durations if call.status == "completed" else {"CallDuration": "0"}),
        "SipResponseCode": SIP[call.status],
    }


def date(at: datetime) -> str:
    return format_datetime(at)


def dialed(child: Call | None, status: str, bridged: bool) -> dict[str, str]:
    """The parameters that a Dial's action adds."""
    found = {"DialCallStatus": status, "DialBridged": str(bridged).lower()}
    if child is None:
        return found
    durations = {} if child.duration is None else {"DialCallDuration": str(child.duration)}
    return {**found, "DialCallSid": child.sid, **durations}
