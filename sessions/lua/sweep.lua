-- Closes Sessions whose time is over. Looks at 50 at most (about 1 ms).
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { closed (how many), more (whether others may be due) }
local keys = use('storage.keys')
local close = use('sessions.close')
local due = use('sessions.due')
local lifetime = use('sessions.lifetime')
local session = use('sessions.session')
local MOST = 50

return function(tx)
  local rows, closed = redis.call('ZRANGEBYSCORE', keys.due(tx), '-inf', tx.now, 'WITHSCORES', 'LIMIT', 0, MOST), 0
  for n = 1, #rows, 2 do
    local s = session.read(tx, rows[n])
    if s and lifetime.has_expired(s, tx.now) then
      close.close_if_expired(tx, s)
      closed = closed + 1
    else
      due.correct(tx, rows[n], s, tonumber(rows[n + 1]))
    end
  end
  return cjson.encode({ closed = closed, more = #rows == 2 * MOST })
end
