-- Reads one Interaction of a Session.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, interaction }
-- Returns: { interaction } or { error }
local reply = use('storage.reply')
local interaction = use('sessions.interaction')
local session = use('sessions.session')

return function(tx, args)
  local i, sid = interaction.read(tx, args.interaction), session.sid_of(tx, args.session)
  if not i or i.session ~= sid then return reply.error(20404) end
  return cjson.encode({ interaction = i })
end
