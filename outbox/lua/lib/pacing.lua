-- use: base
-- How fast a proxy number sends.
local TOLL_FREE = { ['800'] = true, ['833'] = true, ['844'] = true, ['855'] = true, ['866'] = true, ['877'] = true, ['888'] = true }
-- Longer than any test's standing clock: the moment itself decides, not the key's end.
local KEEP_MS = 60000

-- Segments that the carrier takes of a number in a second.
local function rate_of(number, long_code)
  if string.match(number, '^%d+$') then return 100 end
  if TOLL_FREE[string.match(number, '^%+1(%d%d%d)%d%d%d%d%d%d%d$') or ''] then return 3 end
  return long_code
end

-- From `at` the number is busy with this message.
local function keep_pace(e, i, at, now)
  local segments = i.segments_each and i.segments_each[(e.part or 0) + 1] or i.segments or 1
  local free = at + math.ceil(segments * 1000 / rate_of(e.number, args.rate))
  redis.call('SET', K.pace(e.number), free, 'PX', free - now + KEEP_MS)
  e.free = free
end

-- After a number's turn: when the next of its lines may go.
local function next_turn(number, now)
  if redis.call('EXISTS', K.line(number)) == 0 then return redis.call('ZREM', K.lines(), number) end
  redis.call('ZADD', K.lines(), math.max(now, tonumber(redis.call('GET', K.pace(number)) or 0)), number)
end
