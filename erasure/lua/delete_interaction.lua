#!lua
-- Deletes an Interaction of a Session, its text with it.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, interaction }
-- Returns: { deleted } or { error }
-- use: interaction, live, emit, erase
local i, sid = load_interaction(args.interaction), sid_of(args.session)
if not i or i.session ~= sid then return fail(20404) end
local now, s = clock(), i.type == 'voice' and load_session(sid)
if s then end_call(s, i.sid, now) end
erase_interaction(i.sid, now, redacts_now())
redis.call('ZREM', K.sent(i.outbound and i.outbound.participant or ''), i.sid)
redis.call('ZREM', K.interactions(sid), i.sid)
emit(now, 'interaction.deleted', sid, { interaction = i.sid })
return cjson.encode({ deleted = i.sid })
