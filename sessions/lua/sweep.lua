-- Closes Sessions whose time is over, 50 at most (about 1 ms).
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { closed, next }: how many, and the moment (ms) the next one is due
local keys = use('storage.keys')
local close = use('sessions.close')
local session = use('sessions.session')

return function(tx)
  local due = redis.call('ZRANGEBYSCORE', keys.due(tx), '-inf', tx.now, 'LIMIT', 0, 50)
  for _, sid in ipairs(due) do
    local s = session.read(tx, sid)
    if s then close.close_if_expired(tx, s) else redis.call('ZREM', keys.due(tx), sid) end
  end
  local next_due = redis.call('ZRANGE', keys.due(tx), 0, 0, 'WITHSCORES')
  return cjson.encode({ closed = #due, next = tonumber(next_due[2]) })
end
