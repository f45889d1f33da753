-- Which people the carrier cannot reach, by its reports of earlier messages. `unreachable`: person, or person|proxy
-- number -> { code, first, at, times, told (creation of the newest message with such a report), until (it is valid),
-- since (reports about messages before this no longer count), begun (the person's last START) }; moments in ms.
local reachability = { DAY_MS = 86400000 }
local keys = use('storage.keys')
local events = use('storage.events')
local opt_outs = use('policy.opt_outs')
local carrier_codes = use('policy.carrier_codes')
-- For this long a report of a sent message may still come, or a message of the person may be found late.
local KEEP_MS = 8 * 86400000

-- Returns why no message may be sent to this person from this number, reason and code, or nil.
function reachability.find_obstacle(tx, person, number)
  if opt_outs.has(tx, person, number) then return 'opted-out', carrier_codes.OPTED_OUT end
  for _, text in ipairs(redis.call('HMGET', keys.unreachable(tx), person .. '|' .. number, person)) do
    local known = text and cjson.decode(text)
    if known and (known['until'] or 0) > tx.now then return 'unreachable', known.code end
  end
end

-- Returns the document of this field, {} if there is none.
function reachability.read(tx, field)
  return cjson.decode(redis.call('HGET', keys.unreachable(tx), field) or '{}')
end

-- Saves the document. Also deletes a few outdated documents of any people, so that the hash stays small.
function reachability.save(tx, field, known)
  redis.call('HSET', keys.unreachable(tx), field, cjson.encode(known))
  local from = redis.call('HGET', keys.clock(tx), 'u') or 0
  local cursor, rows = unpack(redis.call('HSCAN', keys.unreachable(tx), from, 'COUNT', 20))
  for n = 1, #rows, 2 do
    local other = cjson.decode(rows[n + 1])
    local needed_until = math.max(other['until'] or 0, math.max(other.at or 0, other.since or 0) + KEEP_MS)
    if needed_until < tx.now then redis.call('HDEL', keys.unreachable(tx), rows[n]) end
  end
  redis.call('HSET', keys.clock(tx), 'u', cursor)
end

-- The person was reachable at `at`: they wrote to us or got a message then. So reports about messages before `at` no
-- longer count. Returns whether the person was unreachable until now.
function reachability.restore(tx, person, number, at)
  local was_unreachable, fields = false, { person .. '|' .. number, person }
  for n, text in ipairs(redis.call('HMGET', keys.unreachable(tx), unpack(fields))) do
    local known = text and cjson.decode(text)
    if known then
      local since = math.max(known.since or 0, at)
      local has_later_report = known['until'] and (known.told or 0) > at
      local is_restored = known['until'] and not has_later_report
      was_unreachable = was_unreachable or is_restored
      if is_restored then events.emit(tx, 'person.reachable', '', { who = person, number = number }) end
      if has_later_report then known.since = since else known = { since = since, begun = known.begun } end
      reachability.save(tx, fields[n], known)
    end
  end
  return was_unreachable or false
end

return reachability
