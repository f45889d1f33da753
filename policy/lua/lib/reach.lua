-- use: optout
-- What the carrier's codes say of a recipient: the table of docs/carrier-codes.md. `whose`: of the person wherever they are
-- written to, or of the pair with this proxy number. It holds for so many days once it was told so many `times` in a row, if
-- more than one with a day between the first and the last. Learnt in lib/learn.lua.
local reach = {
  OPTED_OUT = 21610,
  DAY_MS = 86400000,
  -- So long something may still be told of what was sent, or found that was written.
  KEEP_MS = 8 * 86400000,
  CODES = {
    [21211] = { whose = 'person', times = 1, days = 30 }, [21614] = { whose = 'person', times = 1, days = 30 },
    [21635] = { whose = 'person', times = 1, days = 30 }, [30006] = { whose = 'pair', times = 1, days = 30 },
    [30003] = { whose = 'person', times = 3, days = 1 },
    [30005] = { whose = 'person', times = 3, days = 1 }, [30004] = { whose = 'pair', times = 3, days = 1 },
    [21612] = { whose = 'pair', times = 3, days = 1 },
  },
  ARRIVED = { delivered = true, read = true },
}

-- Why nothing is sent to this person from this number: reason and code, or nil.
function reach.stops(who, number, now)
  if opted_out(who, number) then return 'opted-out', reach.OPTED_OUT end
  for _, text in ipairs(redis.call('HMGET', K.unreachable(), who .. '|' .. number, who)) do
    local known = text and cjson.decode(text)
    if known and (known['until'] or 0) > now then return 'unreachable', known.code end
  end
end

-- Keeps what is known, and takes away a few that say nothing any more, of whomever: there are never many more than needed.
function reach.keep(field, known, now)
  redis.call('HSET', K.unreachable(), field, cjson.encode(known))
  local cursor, some = unpack(redis.call('HSCAN', K.unreachable(), redis.call('HGET', K.clock(), 'u') or 0, 'COUNT', 20))
  for n = 1, #some, 2 do
    local one = cjson.decode(some[n + 1])
    local needed = math.max(one['until'] or 0, math.max(one.at or 0, one.since or 0) + reach.KEEP_MS)
    if needed < now then redis.call('HDEL', K.unreachable(), some[n]) end
  end
  redis.call('HSET', K.clock(), 'u', cursor)
end

-- Whatever was told of messages from before `at` is past: one came from them then, or arrived there. Returns whether
-- anything held.
function reach.restore(who, number, at, now)
  local held, fields = false, { who .. '|' .. number, who }
  for n, text in ipairs(redis.call('HMGET', K.unreachable(), unpack(fields))) do
    local known = text and cjson.decode(text)
    if known then
      local since = math.max(known.since or 0, at)
      if known['until'] and (known.told or 0) > at then
        known.since = since
      else
        held = held or known['until'] ~= nil
        if known['until'] then emit(now, 'person.reachable', '', { who = who, number = number }) end
        known = { since = since, begun = known.begun }
      end
      reach.keep(fields[n], known, now)
    end
  end
  return held
end
