"""What `make run` prints once everything answers: a first masked message, ready to paste."""

from __future__ import annotations

TEXT = """
Maskline is running at {url}. Stop it with Ctrl-C; its data stays in var/.

In another terminal, in this directory: two people, one stand-in number, a message each way.

  set -a; . var/run.env; set +a; export PATH="$PWD/.venv/bin:$PATH"
  AUTH="$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"; API="$PUBLIC_URL/proxy/v1/Services"

  curl -sSw '\\n' -u "$AUTH" "$API" -d UniqueName=rides
  curl -sSw '\\n' -u "$AUTH" "$API/rides/PhoneNumbers" --data-urlencode PhoneNumber={number}
  curl -sSw '\\n' -u "$AUTH" "$API/rides/Sessions" -d UniqueName=ride-1 \\
    --data-urlencode 'Participants={{"Identifier": "{rider}", "FriendlyName": "Rider"}}' \\
    --data-urlencode 'Participants={{"Identifier": "{driver}", "FriendlyName": "Driver"}}'
{traffic}
  curl -sSw '\\n' -u "$AUTH" "$API/rides/Sessions/ride-1/Interactions"

The same from Python, with Twilio's own SDK (run `python` in that terminal):

  import json, os
  from twilio.rest import Client
  client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
  client.proxy.base_url = os.environ["PUBLIC_URL"] + "/proxy"
  people = [json.dumps({{"Identifier": "{rider}"}}), json.dumps({{"Identifier": "{passenger}"}})]
  service = client.proxy.v1.services("rides")
  service.phone_numbers.create(phone_number="{second}")
  service.sessions.create(unique_name="ride-2", participants=people)
  for someone in service.sessions("ride-2").participants.list(): print(someone.identifier, someone.proxy_identifier)
"""

SIMULATED = """
  python -m simulator text {rider} {number} "I am at the north gate"
  python -m simulator inbox {driver}
  python -m simulator text {driver} {number} "Two minutes"
  python -m simulator inbox {rider}

and a call, which the driver's phone picks up:

  python -m simulator call {rider} {number} --talk 30
  python -m simulator heard {driver}
"""

# Lines set aside for fiction; the simulator owns the two numbers from the start.
PEOPLE = {"rider": "+14085550111", "driver": "+14085550122", "passenger": "+14085550133"}
SIMULATED_NUMBERS = {"number": "+14155550100", "second": "+12125550100"}
YOUR_NUMBERS = {"number": "+1...", "second": "+1..."}


def welcome(url: str, simulated: bool) -> str:
    names = {**PEOPLE, **(SIMULATED_NUMBERS if simulated else YOUR_NUMBERS)}
    traffic = (
        SIMULATED.format(**names)
        if simulated
        else "\n  (text or call the stand-in number from one of the two phones)\n"
    )
    return TEXT.format(url=url, traffic=traffic, **names)
