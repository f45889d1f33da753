-- Reads one Session by SID or by the hash of its unique name. It is closed first if its time is over.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session }
-- Returns: { session } or { error }
local reply = use('storage.reply')
local close = use('sessions.close')
local session = use('sessions.session')

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  close.close_if_expired(tx, s)
  return session.reply(s)
end
