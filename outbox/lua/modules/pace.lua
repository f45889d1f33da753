-- How fast a proxy number sends: `pace` has the moment (ms) from which the number may send its next segment.
local pace = {}
local keys = use('storage.keys')
local TOLL_FREE = {
  ['800'] = true, ['833'] = true, ['844'] = true, ['855'] = true, ['866'] = true, ['877'] = true, ['888'] = true,
}
-- The key is kept for longer than a test stops the clock: the moment in it decides, not the key's own expiry.
local KEEP_MS = 60000

-- Returns the stored moment, or 0 if the number may send already.
local function read(tx, number)
  return tonumber(redis.call('GET', keys.pace(tx, number)) or 0)
end

-- Returns the moment from which the number may send: now, or later.
function pace.free_at(tx, number)
  return math.max(tx.now, read(tx, number))
end

-- Returns how many segments the carrier accepts from a number in a second.
local function rate_of(number, long_code_rate)
  if string.match(number, '^%d+$') then return 100 end
  if TOLL_FREE[string.match(number, '^%+1(%d%d%d)%d%d%d%d%d%d%d$') or ''] then return 3 end
  return long_code_rate
end

-- Makes the number busy with this message from `at` (ms) on. `long_code_rate`: segments that a long code sends a
-- second.
function pace.begin(tx, entry, i, at, long_code_rate)
  local segments = i.segments_each and i.segments_each[(entry.part or 0) + 1] or i.segments or 1
  local free = at + math.ceil(segments * 1000 / rate_of(entry.number, long_code_rate))
  redis.call('SET', keys.pace(tx, entry.number), free, 'PX', free - tx.now + KEEP_MS)
  entry.free = free
end

-- The message was not sent: frees its number again, unless another message was begun there since.
function pace.give_back(tx, entry)
  if read(tx, entry.number) ~= entry.free then return end
  redis.call('SET', keys.pace(tx, entry.number), entry.tried, 'PX', KEEP_MS)
  redis.call('ZADD', keys.lines(tx), 'XX', math.max(tx.now, entry.tried), entry.number)
end

-- The number has had its turn: sets the moment in `lines` at which its next line has its turn, if there is one.
function pace.next_turn(tx, number)
  if redis.call('EXISTS', keys.line(tx, number)) == 0 then
    redis.call('ZREM', keys.lines(tx), number)
  else
    redis.call('ZADD', keys.lines(tx), pace.free_at(tx, number), number)
  end
end

return pace
