-- Whom the carrier cannot reach, as it told of earlier messages. `unreachable`: person, or person|proxy number -> { code,
-- first, at, times, told (of the newest message it was told of), until (it holds), since (what was told of earlier messages
-- counts no more), begun (their last START) }; moments in ms.
local reachability = { DAY_MS = 86400000 }
local keys = use('storage.keys')
local events = use('storage.events')
local opt_outs = use('policy.opt_outs')
local carrier_codes = use('policy.carrier_codes')
-- So long something may still be told of what was sent, or found that was written.
local KEEP_MS = 8 * 86400000

-- Why nothing is sent to this person from this number: reason and code, or nil.
function reachability.obstacle(tx, person, number)
  if opt_outs.has(tx, person, number) then return 'opted-out', carrier_codes.OPTED_OUT end
  for _, text in ipairs(redis.call('HMGET', keys.unreachable(tx), person .. '|' .. number, person)) do
    local known = text and cjson.decode(text)
    if known and (known['until'] or 0) > tx.now then return 'unreachable', known.code end
  end
end

-- What is known under this field, {} if nothing.
function reachability.read(tx, field)
  return cjson.decode(redis.call('HGET', keys.unreachable(tx), field) or '{}')
end

-- Keeps it, and takes away a few that say nothing any more, of whomever: there are never many more than needed.
function reachability.save(tx, field, known)
  redis.call('HSET', keys.unreachable(tx), field, cjson.encode(known))
  local from = redis.call('HGET', keys.clock(tx), 'u') or 0
  local cursor, some = unpack(redis.call('HSCAN', keys.unreachable(tx), from, 'COUNT', 20))
  for n = 1, #some, 2 do
    local one = cjson.decode(some[n + 1])
    local needed = math.max(one['until'] or 0, math.max(one.at or 0, one.since or 0) + KEEP_MS)
    if needed < tx.now then redis.call('HDEL', keys.unreachable(tx), some[n]) end
  end
  redis.call('HSET', keys.clock(tx), 'u', cursor)
end

-- Whatever was told of messages from before `at` is past: one came from them then, or arrived there. Returns whether
-- anything held.
function reachability.restore(tx, person, number, at)
  local held, fields = false, { person .. '|' .. number, person }
  for n, text in ipairs(redis.call('HMGET', keys.unreachable(tx), unpack(fields))) do
    local known = text and cjson.decode(text)
    if known then
      local since = math.max(known.since or 0, at)
      local told_later = known['until'] and (known.told or 0) > at
      local ends = known['until'] and not told_later
      held = held or ends
      if ends then events.emit(tx, 'person.reachable', '', { who = person, number = number }) end
      if told_later then known.since = since else known = { since = since, begun = known.begun } end
      reachability.save(tx, fields[n], known)
    end
  end
  return held or false
end

return reachability
