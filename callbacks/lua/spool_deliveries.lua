#!lua
-- Turns events into deliveries, each once: nothing happens unless the cursor stands where these events begin.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { from, to = ids of the stream, deliveries = { { sid, kind, type, session, payload, interaction, news } } }
--   news: what it shows of its Interaction; the same again is no news and is left out
-- Returns: { spooled = how many } or { moved = true }
-- use: delivery, interaction
local now, told, fresh = clock(), {}, {}
if redis.call('HGET', K.clock(), 'c') ~= args.from or not service() then return cjson.encode({ moved = true }) end

local function is_news(d)
  local i = told[d.interaction] or load_interaction(d.interaction)
  if not i then return true end
  i.told = i.told or {}
  if i.told[d.kind] == d.news then return false end
  i.told[d.kind], told[d.interaction] = d.news, i
  return true
end

for _, d in ipairs(args.deliveries) do
  if not d.news or is_news(d) then fresh[#fresh + 1] = d end
end
for _, i in pairs(told) do save_interaction(i) end
for _, d in ipairs(fresh) do
  d.news, d.created, d.tries = nil, now, 0
  wait_in_lane(d, now)
end
redis.call('HSET', K.clock(), 'c', args.to)
return cjson.encode({ spooled = #fresh })
