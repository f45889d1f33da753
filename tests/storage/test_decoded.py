"""Documents that many calls share inside the store: a copy of one may be changed, what is shared stays."""

from __future__ import annotations

import json

from common.sids import new
from services import services
from storage import keys, library
from tests.sessions.real_runtime import ACCOUNT, build, put_number, us_numbers

CHANGE = """
local decoded = use('storage.decoded')
local keys = use('storage.keys')
local service = use('storage.service')
local number = use('pool.number')
return function(tx, args)
  local shared = decoded.read(redis.call('GET', keys.service(tx)))
  for _, doc in ipairs({ service.copy(tx), number.copy(tx, args.number) }) do doc.sid = 'changed' end
  return cjson.encode({ shared.sid, number.read(tx, args.number).sid })
end
"""


def test_a_copy_is_changed_alone(valkey_url: str) -> None:
    rt = build(valkey_url)
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("shared-")})
    (number,) = us_numbers(1)
    sid = put_number(rt, service, number)["number"]["sid"]
    args = json.dumps({"number": number.number})
    answer = rt.store.client.eval(library.script_of(CHANGE), 1, keys.service("service", service.sid), args)
    assert json.loads(str(answer, "utf-8")) == [service.sid, sid]
