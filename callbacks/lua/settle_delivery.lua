#!lua
-- Notes how a try went, if it is still ours, and claims what is due next of the same kind.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery, token, outcome = delivered | failed | parked | busy (was not tried), status, reason,
--   delay_ms (until the next try), day_ms, lease_ms, most (tries), keep_ms = { delivered, parked }, next (left out: no more) }
-- Returns: { state (left out: no longer ours), claims }
-- use: claim
local now, svc, d = clock(), service(), load_delivery(args.delivery)
local state
if d and args.token == d.token then
  local late = now + args.delay_ms > d.since + args.day_ms or d.step >= args.most
  if args.outcome == 'busy' then
    d.tries, d.step, d.tried = d.tries - 1, d.step - 1, nil
  else
    d.status, d.reason = args.status, args.reason
  end
  if args.outcome == 'delivered' then
    leave_lane(d, 'delivered', now, args.keep_ms.delivered)
  elseif args.outcome == 'parked' or (args.outcome == 'failed' and late) then
    leave_lane(d, 'parked', now, args.keep_ms.parked)
  else
    d.token, d.due = nil, now + args.delay_ms
    if args.outcome == 'failed' then step_aside(d, now) end
    save_delivery(d)
    redis.call('ZADD', K.lanes(d.kind), d.due, lane_of(d))
  end
  state = d.state
end
local more = svc and d and args.next
return cjson.encode({ state = state, claims = more and claim_due(d.kind, 1, now, svc, args.next) or {} })
