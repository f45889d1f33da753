-- Adds the deliveries of some events, each once: nothing is added unless the cursor is where these events
-- begin. If too many wait or are parked, new ones are left out, for the record has the events; calls are always ended.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { from, to = ids of the stream,
--   deliveries = { { sid, kind, type, session, payload, interaction, news } } }
--   most (deliveries that may wait or be parked; 0: no limit)
--   news: what the delivery shows of its Interaction; if that has not changed since the last delivery, it is left out
-- Returns: { spooled, left_out = how many } or { moved = true }
local keys = use('storage.keys')
local service = use('storage.service')
local interaction = use('sessions.interaction')
local lane = use('callbacks.lane')

-- Whether it shows anything new of its Interaction. `told` of the Interaction holds what each kind was last sent;
-- `changed`: Interaction SID -> document that has to be saved.
local function is_news(tx, d, changed)
  local i = changed[d.interaction] or interaction.read(tx, d.interaction)
  if not i then return true end
  i.told = i.told or {}
  if i.told[d.kind] == d.news then return false end
  i.told[d.kind], changed[d.interaction] = d.news, i
  return true
end

-- Returns how many deliveries may be added.
local function room(tx, most)
  if most == 0 then return math.huge end
  return most - redis.call('ZCARD', keys.deliveries(tx, 'waiting')) - redis.call('ZCARD', keys.deliveries(tx, 'parked'))
end

-- Adds them to their lanes. Returns how many were left out.
local function add_all(tx, deliveries, free)
  local left_out = 0
  for _, d in ipairs(deliveries) do
    d.news, d.created, d.tries = nil, tx.now, 0
    if free > 0 or d.kind == 'hangup' then
      lane.add(tx, d)
      free = free - 1
    else
      left_out = left_out + 1
    end
  end
  if left_out > 0 then redis.call('HINCRBY', keys.clock(tx), 'l', left_out) end
  return left_out
end

return function(tx, args)
  local cursor = redis.call('HGET', keys.clock(tx), 'c')
  if cursor ~= args.from or not service.read(tx) then return cjson.encode({ moved = true }) end
  local changed, new, free = {}, {}, room(tx, args.most)
  for _, d in ipairs(args.deliveries) do
    if not d.news or is_news(tx, d, changed) then new[#new + 1] = d end
  end
  for _, i in pairs(changed) do interaction.save(tx, i) end
  local left_out = add_all(tx, new, free)
  redis.call('HSET', keys.clock(tx), 'c', args.to)
  return cjson.encode({ spooled = #new - left_out, left_out = left_out })
end
