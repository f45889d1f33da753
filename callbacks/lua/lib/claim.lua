-- use: delivery
-- Claims heads of lanes: for args.lease_ms nobody else tries them. The try is counted before it is made, so that one
-- that kills whoever makes it ends as well.
local function claim_head(kind, lane, now, token)
  local sid = redis.call('LINDEX', K.lane(lane), 0)
  if not sid then
    redis.call('ZREM', K.lanes(kind), lane)
    return nil
  end
  local d = load_delivery(sid)
  if not d or d.step >= args.most then
    if d then d.reason = d.reason or 'abandoned' leave_lane(d, 'parked', now, args.keep_ms.parked) end
    redis.call('LREM', K.lane(lane), 1, sid)
    return claim_head(kind, lane, now, token)
  end
  d.token, d.tries, d.step, d.tried, d.due = token, d.tries + 1, d.step + 1, now, now + args.lease_ms
  save_delivery(d)
  redis.call('ZADD', K.lanes(kind), d.due, lane)
  return d
end

-- Where it goes, and the text that it tells of: that stays with its Interaction, and is gone with it.
local function claimed(d, svc)
  local i = d.interaction and redis.call('GET', K.interaction(d.interaction))
  d.sealed = i and cjson.decode(i).sealed or nil
  d.url = given(({ callback = svc.callback_url, event = svc.events_url })[d.kind])
  return d
end

-- The longest due first. `token` .. n is the token of the n-th.
local function claim_due(kind, most, now, svc, token)
  local found = {}
  for n, lane in ipairs(redis.call('ZRANGEBYSCORE', K.lanes(kind), '-inf', now, 'LIMIT', 0, most)) do
    local d = claim_head(kind, lane, now, token .. n)
    if d then found[#found + 1] = claimed(d, svc) end
  end
  return found
end
