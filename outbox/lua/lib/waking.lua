-- use: holding
-- What becomes of what is held when the day begins.

-- The head of a line, taken out if it is on its way or waits for its moment: nothing goes before it.
local function busy_head(line)
  return redis.call('ZSCORE', K.lines(), line) and redis.call('LPOP', K.line(line))
end

-- All that is held of a line goes back, before what came later.
local function bring_back(line, now)
  local head, idle = busy_head(line), redis.call('EXISTS', K.line(line)) == 0
  local held = redis.call('LRANGE', K.held_line(line), 0, -1)
  for n = #held, 1, -1 do
    local e = load_entry(held[n])
    e.state, e['until'] = 'ready', nil
    save_entry(e)
    redis.call('ZREM', K.held(), e.sid)
    redis.call('ZADD', K.queued(), e.since, e.sid)
    redis.call('LPUSH', K.line(line), e.sid)
  end
  redis.call('DEL', K.held_line(line))
  if head then
    redis.call('LPUSH', K.line(line), head)
  elseif idle then
    take_turn(line, string.match(line, '^[^:]+'), now)
  end
end

-- Before the head of a line is looked at: what was held goes first.
local function bring_back_due(line, now)
  local sid = redis.call('LINDEX', K.held_line(line), 0)
  if sid and tonumber(redis.call('ZSCORE', K.held(), sid)) <= now then bring_back(line, now) end
end

-- So many lines for which the day has begun, or of which one was held for too long.
local function wake(now, most)
  for _ = 1, most do
    local sid = redis.call('ZRANGEBYSCORE', K.held(), '-inf', now, 'LIMIT', 0, 1)[1]
    if not sid then return end
    bring_back(load_entry(sid).line, now)
  end
end
