-- Deletes recorded events from the stream, by id: after a failover the stream may hold older events that are not
-- recorded. Events that callbacks have not read yet stay; then the clock's field d holds the id up to which all are
-- recorded.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { entries = ids that are recorded, oldest first }
-- Returns: { left }: how many of them stay
local keys = use('storage.keys')
local stream_id = use('record.stream_id')
local MOST_OLDER = 1000

-- Deletes those that callbacks have read. Returns how many of `ids` stay. `cursor`: the id up to which callbacks have
-- read; false: nobody receives callbacks.
local function trim(tx, ids, cursor)
  local deletable = {}
  for _, id in ipairs(ids) do
    if not cursor or stream_id.is_reached(id, cursor) then deletable[#deletable + 1] = id end
  end
  if #deletable > 0 then redis.call('XDEL', keys.events(tx), unpack(deletable)) end
  return #ids - #deletable
end

-- Returns the ids that were recorded before this call and had to stay. If there are more than MOST_OLDER, the next
-- calls delete the others.
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

-- Whether the stream has only these `count` entries after `recorded`, up to `last`. Other entries there come from
-- another server, after a failover, and are not recorded.
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
