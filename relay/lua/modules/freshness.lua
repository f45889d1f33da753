-- Whether a request of the carrier is new. Its signature covers no time, so somebody who has a signed request could send
-- it again later. For as long as such a request is accepted, its answer is kept (relay.answers): it then gets the same
-- answer, and nothing changes.
local freshness = {}
local keys = use('storage.keys')

local function find_reason(tx, inbound)
  local since, window_ms = inbound.url_since, inbound.window_ms
  if since and math.floor(tx.now / window_ms) - math.floor(since / window_ms) > 1 then return 'url-ended' end
  if inbound.without_token and redis.call('HEXISTS', keys.numbers(tx), inbound.number) == 0 then
    return 'other-number'
  end
end

-- Returns the answer if the inbound is refused whatever it says, or nil. A URL token is accepted in the replay window in
-- which it was made and in the next one: relay.answers keeps the answers of exactly these two windows, by the same clock.
function freshness.rejected_reply(tx, inbound)
  local reason = find_reason(tx, inbound)
  return reason and cjson.encode({ outcome = 'rejected', reason = reason })
end

-- Whether a repeated inbound may get another answer than the stored one: the TwiML of a call that was refused, or that
-- the app answered, redirects here, and it may have a route by now.
function freshness.may_change(stored, kind)
  local reason, outcome = stored.reason or '', stored.outcome
  return kind == 'voice' and outcome ~= 'deciding' and outcome ~= 'forward' and not string.find(reason, '^intercept')
    and not string.find(reason, '-limit', 1, true)
end

-- Returns the answer if the carrier has to be asked first whether the inbound is new: its URL has no token, or it may get
-- another answer than the stored one. Else nil.
function freshness.unproven_reply(inbound, stored)
  if inbound.proven or not (inbound.without_token or stored) then return nil end
  return cjson.encode({ outcome = 'unproven', earlier = stored })
end

return freshness
