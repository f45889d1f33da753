-- Claims the heads of lanes: until the claim ends nobody else tries them. A try is counted before it is made, so that
-- one that kills its process is not made for ever. `limits`: { lease_ms, most (tries), keep_ms = { parked } }.
local claim = {}
local keys = use('storage.keys')
local json = use('storage.json')
local interaction = use('sessions.interaction')
local delivery = use('callbacks.delivery')
local lane = use('callbacks.lane')

local function give_up(tx, d, limits)
  d.reason = d.reason or 'abandoned'
  lane.finish(tx, d, 'parked', limits.keep_ms.parked)
end

-- The first of the lane that may be tried, or nil. One that was tried too often is given up.
local function head(tx, kind, name, limits)
  while true do
    local sid = redis.call('LINDEX', keys.lane(tx, name), 0)
    if not sid then
      redis.call('ZREM', keys.lanes(tx, kind), name)
      return nil
    end
    local d = delivery.read(tx, sid)
    if d and d.step < limits.most then return d end
    if d then give_up(tx, d, limits) end
    redis.call('LREM', keys.lane(tx, name), 1, sid)
  end
end

-- With where it goes, and the sealed text that it tells of: that stays with its Interaction, and is deleted with it.
local function complete(tx, d, rules)
  local urls, i = { callback = rules.callback_url, event = rules.events_url }, nil
  if d.interaction then i = interaction.read(tx, d.interaction) end
  d.sealed, d.url = i and i.sealed or nil, json.without_null(urls[d.kind])
  return d
end

-- Up to `count` of a kind, the one that is due for the longest time first. `token` .. n is the token of the n-th.
-- `rules`: the Service's document.
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
