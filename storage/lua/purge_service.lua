#!lua
-- Takes a Service out of use at once, then deletes its Sessions in batches of 100; call it until `left` is 0.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { left }
-- use: close, erase
local now = clock()
if redis.call('DEL', K.service()) == 1 then emit(now, 'service.deleted', '', {}) end
for _, sid in ipairs(redis.call('ZRANGE', K.sessions(), 0, 99)) do
  local s = load_session(sid)
  for _, p in ipairs(s and s.people or {}) do redis.call('DEL', K.leases(p.who), K.past(p.who)) end
  erase_session(s or { sid = sid, people = {} }, now)
end
local left = redis.call('ZCARD', K.sessions())
if left == 0 then redis.call('DEL', K.names(), K.due(), K.notices(), K.watched(), K.optouts(), K.lines(), K.blocks(), K.allowance()) end
return cjson.encode({ left = left })
