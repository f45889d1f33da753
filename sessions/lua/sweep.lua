#!lua
-- Closes Sessions past their time, 50 at most (about 1 ms).
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { closed, next }: how many, and the moment (ms) the next one is due
-- use: close
local now, closed = clock(), 0
for _, sid in ipairs(redis.call('ZRANGEBYSCORE', K.due(), '-inf', now, 'LIMIT', 0, 50)) do
  local s = load_session(sid)
  if s then
    close_if_due(s, now)
  else
    redis.call('ZREM', K.due(), sid)
  end
  closed = closed + 1
end
local next_due = redis.call('ZRANGE', K.due(), 0, 0, 'WITHSCORES')
return cjson.encode({ closed = closed, next = tonumber(next_due[2]) })
