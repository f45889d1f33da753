#!/usr/bin/env bash
# phonenumbers tells the time zones of a number. One would guess that they are zones of the number's country, or at least
# show its clock. For a number of South Sudan it answers Africa/Nairobi alone, the zone of a neighbour, whose clock has
# been an hour ahead since 1 February 2021, although the tz database has Africa/Juba. Libya, Nicaragua and Kaliningrad
# get a neighbour's zone, too.
# Packages: phonenumbers 9.0.43, tzdata 2026.6. Needs python 3.11 or later.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43 tzdata==2026.6
"$place/bin/python" - <<'PY'
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

moment, wrong = datetime(2026, 1, 15, 12, tzinfo=UTC), 0
for region, own in (("SS", "Africa/Juba"), ("LY", "Africa/Tripoli"), ("NI", "America/Managua")):
    number = phonenumbers.example_number(region)
    said = timezone.time_zones_for_number(number)
    clocks = {f"{moment.astimezone(ZoneInfo(name)):%H:%M}" for name in said}
    there = f"{moment.astimezone(ZoneInfo(own)):%H:%M}"
    wrong += own not in said
    print(f"{region}: phonenumbers {', '.join(said)} ({', '.join(sorted(clocks))}), the country's {own} ({there})")
raise SystemExit(0 if wrong == 3 else 1)
PY
