#!lua
-- Takes recorded events off the stream, by id: after a failover it may hold older ones that nobody recorded. What the
-- courier has not read yet stays; then the clock's field d says up to where the stream is recorded all the same.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { entries = ids that are recorded, oldest first }
-- Returns: { left }: how many of them stay
-- use: base, stream
local cursor, recorded = unpack(redis.call('HMGET', K.clock(), 'c', 'd'))
local gone, left = {}, 0
local function sort_out(id)
  local stays = cursor and not reached(id, cursor)
  if not stays then gone[#gone + 1] = id end
  return stays and 1 or 0
end

-- Those of earlier times, 1000 at most: the next time goes on.
local before, older = recorded and redis.call('XRANGE', K.events(), '-', recorded, 'COUNT', 1000) or {}, 0
for _, entry in ipairs(before) do older = older + sort_out(entry[1]) end
for _, id in ipairs(args.entries) do
  if not recorded or not reached(id, recorded) then left = left + sort_out(id) end
end
if #gone > 0 then redis.call('XDEL', K.events(), unpack(gone)) end

local last = args.entries[#args.entries]
if left > 0 then
  -- Only if nothing else stands between them: entries of another server were not what was recorded.
  local from = recorded and '(' .. recorded or '-'
  if #redis.call('XRANGE', K.events(), from, last, 'COUNT', left + 1) == left then recorded = last end
end
if recorded and (left > 0 or older > 0 or #before == 1000) then
  redis.call('HSET', K.clock(), 'd', recorded)
else
  redis.call('HDEL', K.clock(), 'd')
end
return cjson.encode({ left = left + older })
