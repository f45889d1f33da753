#!lua
-- Takes a Service out of use at once, then deletes its Sessions in batches of 100; call it until `left` is 0.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { left }
-- use: close, erase, known
local now = clock()
if redact_after(redis.call('GET', K.service()) or '') then
  -- What waits for its time is due; the mark is for the batches to come, which find no Service any more.
  redis.call('HSET', K.clock(), 'x', 1)
  redis.call('ZUNIONSTORE', K.redactions(), 1, K.redactions(), 'WEIGHTS', 0)
end
local redact = redis.call('HGET', K.clock(), 'x')
if redis.call('DEL', K.service()) == 1 then
  renew_version()
  emit(now, 'service.deleted', '', {})
end
for _, sid in ipairs(redis.call('ZRANGE', K.sessions(), 0, 99)) do
  local s = load_session(sid)
  for _, p in ipairs(s and s.people or {}) do redis.call('DEL', K.leases(p.who), K.past(p.who)) end
  erase_session(s or { sid = sid, people = {} }, now, redact)
end
local left = redis.call('ZCARD', K.sessions())
if left == 0 then
  redis.call('DEL', K.names(), K.due(), K.notices(), K.watched(), K.optouts(), K.unreachable(), K.lines(), K.blocks())
  redis.call('DEL', K.allowance(), K.questions(), K.question_ends(), K.content_lists())
end
return cjson.encode({ left = left })
