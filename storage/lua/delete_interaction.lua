#!lua
-- Deletes an Interaction of a Session, its text with it.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, interaction }
-- Returns: { deleted } or { error }
-- use: interaction, emit
local i, sid = load_interaction(args.interaction), sid_of(args.session)
if not i or i.session ~= sid then return fail(20404) end
redis.call('DEL', K.interaction(i.sid))
redis.call('ZREM', K.interactions(sid), i.sid)
emit(clock(), 'interaction.deleted', sid, { interaction = i.sid })
return cjson.encode({ deleted = i.sid })
