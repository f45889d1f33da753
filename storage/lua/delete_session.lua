#!lua
-- Deletes a Session for good, with its Participants and Interactions; an open one is closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session }
-- Returns: { deleted } or { error }
-- use: close
local now = clock()
local s = load_session(args.session)
if not s then return fail(20404) end
if ACTIVE[s.status] then close_session(s, 'api', now, now) end
for _, sid in ipairs(redis.call('ZRANGE', K.interactions(s.sid), 0, -1)) do
  redis.call('DEL', K.interaction(sid))
end
if s.unique_name then redis.call('HDEL', K.names(), s.unique_name) end
redis.call('ZREM', K.sessions(), s.sid)
redis.call('DEL', K.interactions(s.sid), K.session(s.sid))
emit(now, 'session.deleted', s.sid, {})
return cjson.encode({ deleted = s.sid })
