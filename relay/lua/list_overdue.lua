#!lua
-- Questions to the app that nobody ended in time, the oldest first: the carrier's SID (and stage) of each, and which it is.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most }
-- Returns: { overdue = [{ sid, question }] }
-- use: base
local now = clock()
local found = service() and redis.call('ZRANGEBYSCORE', K.question_ends(), '-inf', now, 'LIMIT', 0, args.most)
local overdue = {}
for _, sid in ipairs(found or {}) do
  local kept = redis.call('HGET', K.questions(), sid)
  overdue[#overdue + 1] = { sid = sid, question = kept and cjson.decode(kept).question }
end
return cjson.encode({ overdue = overdue })
