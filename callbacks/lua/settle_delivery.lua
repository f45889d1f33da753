-- Settles a try if the caller still holds the claim, and claims the next due delivery of the same kind.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery, token, outcome = delivered | failed | parked | busy (it was not tried), status, reason,
--   delay_ms (until the next try), day_ms, lease_ms, most (tries), keep_ms = { delivered, parked }, next (token of the
--   next claim; left out: claim no more) }
-- Returns: { state (left out: the claim has ended), claims }
local keys = use('storage.keys')
local service = use('storage.service')
local claim = use('callbacks.claim')
local delivery = use('callbacks.delivery')
local lane = use('callbacks.lane')

local function try_later(tx, d, outcome, delay_ms)
  d.token, d.due = nil, tx.now + delay_ms
  if outcome == 'failed' then lane.move_aside(tx, d) end
  delivery.save(tx, d)
  redis.call('ZADD', keys.lanes(tx, d.kind), d.due, lane.name(d))
end

-- `keep_ms`: { delivered, parked }, how long a settled delivery is kept.
local function note(tx, d, outcome, delay_ms, is_last, keep_ms)
  if outcome == 'busy' then d.tries, d.step, d.tried = d.tries - 1, d.step - 1, nil end
  if outcome == 'delivered' then return lane.finish(tx, d, 'delivered', keep_ms.delivered) end
  local is_parked = outcome == 'parked' or (outcome == 'failed' and is_last)
  if is_parked then return lane.finish(tx, d, 'parked', keep_ms.parked) end
  try_later(tx, d, outcome, delay_ms)
end

return function(tx, args)
  local rules, d, state, claims = service.read(tx), delivery.read(tx, args.delivery), nil, {}
  if d and args.token == d.token then
    local is_last = tx.now + args.delay_ms > d.since + args.day_ms or d.step >= args.most
    if args.outcome ~= 'busy' then d.status, d.reason = args.status, args.reason end
    note(tx, d, args.outcome, args.delay_ms, is_last, args.keep_ms)
    state = d.state
  end
  if rules and d and args.next then
    local limits = { lease_ms = args.lease_ms, most = args.most, keep_ms = args.keep_ms }
    claims = claim.due(tx, d.kind, 1, rules, args.next, limits)
  end
  return cjson.encode({ state = state, claims = claims })
end
