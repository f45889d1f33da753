-- Deletes an Interaction of a Session, with its text.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, interaction, window_ms }
-- Returns: { deleted } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local reply = use('storage.reply')
local redactions = use('carrier.redactions')
local session = use('sessions.session')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local erase = use('erasure.erase')

return function(tx, args)
  local i, sid = interaction.read(tx, args.interaction), session.sid_of(tx, args.session)
  if not i or i.session ~= sid then return reply.error(20404) end
  local s = i.type == 'voice' and session.read(tx, sid)
  if s then live_calls.finish(tx, s, i.sid) end
  interaction.unlist(tx, i)
  erase.interaction(tx, i.sid, redactions.delay(tx), args.window_ms)
  if i.outbound then redis.call('ZREM', keys.sent(tx, i.outbound.participant), i.sid) end
  events.emit(tx, 'interaction.deleted', sid, { interaction = i.sid })
  return cjson.encode({ deleted = i.sid })
end
