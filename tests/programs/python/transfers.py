"""Airport transfers without any SDK: dates have an offset or a fraction, and each new driver gets a new Session."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from . import kit

BASE = f"{kit.URL}/proxy/v1/Services/{kit.SERVICE}"
CUSTOMER, DRIVERS = "+14155559001", ("+14155559002", "+14155559003")
ENDS = {
    "2098-11-21T14:00:00+00:00": "2098-11-21T14:00:00Z",
    "2098-11-21T14:00:00.250000+02:00": "2098-11-21T12:00:00Z",
    "2098-11-21T14:00:00.999Z": "2098-11-21T14:00:00Z",
}


def post(path: str, **form: str) -> Any:
    return kit.request("POST", BASE + path, urlencode(form), "application/x-www-form-urlencoded")


def book(driver: str, end: str) -> tuple[str, dict[str, str]]:
    """The Session's SID, and for each phone the proxy number that it uses."""
    session = post("/Sessions", DateExpiry=end)
    assert session["date_expiry"] == ENDS[end]
    people = [post(f"/Sessions/{session['sid']}/Participants", Identifier=phone) for phone in (CUSTOMER, driver)]
    return session["sid"], {person["identifier"]: person["proxy_identifier"] for person in people}


def main() -> None:
    for end in ENDS:
        for driver in DRIVERS:
            sid, masks = book(driver, end)
            kit.text(CUSTOMER, masks[CUSTOMER], f"I wait, {driver}")
            assert kit.inbox(driver) == [(masks[driver], f"I wait, {driver}")]
            closed = post(f"/Sessions/{sid}", Status="closed")
            assert (closed["status"], closed["closed_reason"]) == ("closed", "api")
            # After a Session is closed and before the next one, the customer's text reaches no driver.
            kit.text(CUSTOMER, masks[CUSTOMER], "Hello?")
            assert kit.inbox(driver) == []
    kit.inbox(CUSTOMER)
    found = kit.request("GET", f"{BASE}/Sessions")["sessions"]
    assert len(found) == len(ENDS) * len(DRIVERS)


if __name__ == "__main__":
    main()
