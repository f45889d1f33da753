-- Claims the heads of lanes: until the lease of a claim ends, nobody else tries that delivery. A try is counted before
-- it is made: so a delivery that always kills its process is parked at last. `limits`: { lease_ms, most (tries),
-- keep_ms = { parked } }.
local claim = {}
local keys = use('storage.keys')
local json = use('storage.json')
local interaction = use('sessions.interaction')
local delivery = use('callbacks.delivery')
local lane = use('callbacks.lane')

local function park(tx, d, limits)
  d.reason = d.reason or 'abandoned'
  lane.finish(tx, d, 'parked', limits.keep_ms.parked)
end

-- Returns the first delivery of the lane that may be tried, or nil. A delivery that was tried too often is parked.
local function head(tx, kind, name, limits)
  while true do
    local sid = redis.call('LINDEX', keys.lane(tx, name), 0)
    if not sid then
      redis.call('ZREM', keys.lanes(tx, kind), name)
      return nil
    end
    local d = delivery.read(tx, sid)
    if d and d.step < limits.most then return d end
    if d then park(tx, d, limits) end
    redis.call('LREM', keys.lane(tx, name), 1, sid)
  end
end

-- Adds the URL, the sealed secrets that sign the request, and the sealed text of its Interaction. The text is not
-- stored in the delivery, so that it is deleted together with the Interaction.
local function complete(tx, d, rules)
  local urls, i = { callback = rules.callback_url, event = rules.events_url }, nil
  if d.interaction then i = interaction.read(tx, d.interaction) end
  d.sealed, d.url = i and i.sealed or nil, json.without_null(urls[d.kind])
  d.webhook_secrets = rules.webhook_secrets
  return d
end

-- Claims up to `count` deliveries of a kind; the one that has been due for longest comes first. `token` .. n is the
-- token of the n-th lane. `rules`: the Service's document.
function claim.due(tx, kind, count, rules, token, limits)
  local claims = {}
  for n, name in ipairs(redis.call('ZRANGEBYSCORE', keys.lanes(tx, kind), '-inf', tx.now, 'LIMIT', 0, count)) do
    local d = head(tx, kind, name, limits)
    if d then
      d.token, d.tries, d.step, d.tried, d.due = token .. n, d.tries + 1, d.step + 1, tx.now, tx.now + limits.lease_ms
      delivery.save(tx, d)
      redis.call('ZADD', keys.lanes(tx, kind), d.due, name)
      claims[#claims + 1] = complete(tx, d, rules)
    end
  end
  return claims
end

return claim
