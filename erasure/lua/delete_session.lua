#!lua
-- Deletes a Session for good, with its Participants and Interactions; an open one is closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session }
-- Returns: { deleted } or { error }
-- use: close, erase
local now = clock()
local s = load_session(args.session)
if not s then return fail(20404) end
if ACTIVE[s.status] then close_session(s, 'api', now, now) end
erase_session(s, now, redacts_now())
if s.unique_name then redis.call('HDEL', K.names(), s.unique_name) end
emit(now, 'session.deleted', s.sid, {})
return cjson.encode({ deleted = s.sid })
