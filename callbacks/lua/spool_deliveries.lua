-- Adds the deliveries of some events, each once: nothing is added unless the cursor is where these events
-- begin.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { from, to = ids of the stream,
--   deliveries = { { sid, kind, type, session, payload, interaction, news } } }
--   news: what the delivery shows of its Interaction; if that has not changed since the last delivery, it is left out
-- Returns: { spooled = how many } or { moved = true }
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

return function(tx, args)
  local cursor = redis.call('HGET', keys.clock(tx), 'c')
  if cursor ~= args.from or not service.read(tx) then return cjson.encode({ moved = true }) end
  local changed, new = {}, {}
  for _, d in ipairs(args.deliveries) do
    if not d.news or is_news(tx, d, changed) then new[#new + 1] = d end
  end
  for _, i in pairs(changed) do interaction.save(tx, i) end
  for _, d in ipairs(new) do
    d.news, d.created, d.tries = nil, tx.now, 0
    lane.add(tx, d)
  end
  redis.call('HSET', keys.clock(tx), 'c', args.to)
  return cjson.encode({ spooled = #new })
end
