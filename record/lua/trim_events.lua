-- Takes recorded events off the stream, by id: after a failover it may hold older ones that nobody recorded. What the
-- courier has not read yet stays; then the clock's field d says up to where the stream is recorded all the same.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { entries = ids that are recorded, oldest first }
-- Returns: { left }: how many of them stay
local keys = use('storage.keys')
local stream_id = use('record.stream_id')
local MOST_OLDER = 1000

-- Takes away what may go; how many of `ids` stay. `cursor`: up to here the courier has read; false: there is none.
local function trim(tx, ids, cursor)
  local gone = {}
  for _, id in ipairs(ids) do
    if not cursor or stream_id.is_reached(id, cursor) then gone[#gone + 1] = id end
  end
  if #gone > 0 then redis.call('XDEL', keys.events(tx), unpack(gone)) end
  return #ids - #gone
end

-- Those that are recorded for longer, and stayed then. The next call goes on behind the first MOST_OLDER.
local function older_ids(tx, recorded)
  local ids = {}
  local entries = recorded and redis.call('XRANGE', keys.events(tx), '-', recorded, 'COUNT', MOST_OLDER) or {}
  for _, entry in ipairs(entries) do ids[#ids + 1] = entry[1] end
  return ids
end

local function newer_ids(entries, recorded)
  local ids = {}
  for _, id in ipairs(entries) do
    if not recorded or not stream_id.is_reached(id, recorded) then ids[#ids + 1] = id end
  end
  return ids
end

-- Whether behind `recorded` the stream has only these `count` entries, up to `last`: entries of another server were not
-- what was recorded.
local function has_only(tx, recorded, last, count)
  local from = recorded and '(' .. recorded or '-'
  return #redis.call('XRANGE', keys.events(tx), from, last, 'COUNT', count + 1) == count
end

return function(tx, args)
  local cursor, recorded = unpack(redis.call('HMGET', keys.clock(tx), 'c', 'd'))
  local ids, last = older_ids(tx, recorded), args.entries[#args.entries]
  local older, newer = trim(tx, ids, cursor), trim(tx, newer_ids(args.entries, recorded), cursor)
  if newer > 0 and has_only(tx, recorded, last, newer) then recorded = last end
  if recorded and (newer > 0 or older > 0 or #ids == MOST_OLDER) then
    redis.call('HSET', keys.clock(tx), 'd', recorded)
  else
    redis.call('HDEL', keys.clock(tx), 'd')
  end
  return cjson.encode({ left = older + newer })
end
