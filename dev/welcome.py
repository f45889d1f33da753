"""The text that `make run` prints when the web process answers: a first masked message, ready to paste."""

from __future__ import annotations

TEXT = """
Maskline is running at {url}. Stop it with Ctrl-C; its data stays in var/.

In another terminal, in this directory: two people, one stand-in number, a message each way.

  set -a; . var/run.env; set +a; export PATH="$PWD/.venv/bin:$PATH"
  API="$PUBLIC_URL/proxy/v1/Services"
  ask() {{ curl -sSw '\\n' -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$@"; }}

  ask "$API" -d UniqueName=market
  ask "$API/market/PhoneNumbers" --data-urlencode PhoneNumber={number}
  ask "$API/market/Sessions" -d UniqueName=order-1 \\
    --data-urlencode 'Participants={{"Identifier": "{buyer}", "FriendlyName": "Buyer"}}' \\
    --data-urlencode 'Participants={{"Identifier": "{seller}", "FriendlyName": "Seller"}}'
{traffic}
  ask "$API/market/Sessions/order-1/Interactions"

The same from Python, with Twilio's own SDK (run `python` in that terminal):

  import json, os
  from twilio.rest import Client
  client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
  client.proxy.base_url = os.environ["PUBLIC_URL"] + "/proxy"
  people = [json.dumps({{"Identifier": "{buyer}"}}), json.dumps({{"Identifier": "{courier}"}})]
  service = client.proxy.v1.services("market")
  number = service.phone_numbers.create(phone_number="{second}")
  session = service.sessions.create(unique_name="order-2", participants=people)
  print({{one.identifier: one.proxy_identifier for one in service.sessions("order-2").participants.list()}})

More: README.md, docs/README.md
"""

SIMULATED = """
  python -m simulator text {buyer} {number} "Is the bicycle still there?"
  python -m simulator inbox {seller}
  python -m simulator text {seller} {number} "It is, come by"
  python -m simulator inbox {buyer}

and a call, which the seller takes by pressing 1:

  python -m simulator plan {seller} answer --keys 1
  python -m simulator call {buyer} {number} --talk 30
  python -m simulator heard {seller}
"""

# Numbers reserved for fiction; the simulator has the two proxy numbers from its start.
PEOPLE = {"buyer": "+14085550144", "seller": "+14085550155", "courier": "+14085550166"}
# Not the numbers of README, so that both examples can be pasted one after the other.
SIMULATED_NUMBERS = {"number": "+14155550101", "second": "+12125550101"}
YOUR_NUMBERS = {"number": "+1...", "second": "+1..."}


def welcome(url: str, simulated: bool) -> str:
    names = {**PEOPLE, **(SIMULATED_NUMBERS if simulated else YOUR_NUMBERS)}
    traffic = (
        SIMULATED.format(**names)
        if simulated
        else "\n  (text or call the stand-in number from one of the two phones)\n"
    )
    return TEXT.format(url=url, traffic=traffic, **names)
