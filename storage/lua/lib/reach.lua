-- use: optout
-- What the carrier's codes say of a recipient: the table of docs/carrier-codes.md. `whose`: of the person wherever they are
-- written to, or of the pair with this proxy number. It holds for so many days once it was told so many `times` in a row, if
-- more than one with a day between the first and the last. Learnt in lib/learn.lua.
local reach = {
  OPTED_OUT = 21610,
  DAY_MS = 86400000,
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

-- Whatever was told before `at` is past: a message came from them, or arrived there. Returns whether anything held.
function reach.restore(who, number, at, now)
  local held = false
  for _, field in ipairs({ who .. '|' .. number, who }) do
    local text = redis.call('HGET', K.unreachable(), field)
    if text then
      redis.call('HSET', K.unreachable(), field, cjson.encode({ since = at }))
      if cjson.decode(text)['until'] then
        held = true
        emit(now, 'person.reachable', '', { who = who, number = number })
      end
    end
  end
  return held
end

-- START: a refusal of what was sent before says nothing any more, however late it is told. As opt_in.
function reach.start(who, number, now)
  local ours = opt_in(who, number, now)
  reach.restore(who, number, now, now)
  redis.call('HSET', K.unreachable(), who .. '|' .. number, cjson.encode({ since = now }))
  return ours
end
