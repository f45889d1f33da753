-- Deletes a Session for good, with its Participants and Interactions; an open one is closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, window_ms }
-- Returns: { deleted } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local reply = use('storage.reply')
local redactions = use('carrier.redactions')
local session = use('sessions.session')
local lifetime = use('sessions.lifetime')
local close = use('sessions.close')
local listing = use('sessions.listing')
local erase = use('erasure.erase')

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  if lifetime.is_active(s) then close.close(tx, s, 'api', tx.now) end
  erase.session(tx, s, redactions.delay(tx), args.window_ms)
  listing.remove(tx, s)
  if s.name_hash then redis.call('HDEL', keys.names(tx), s.name_hash) end
  events.emit(tx, 'session.deleted', s.sid, {})
  return cjson.encode({ deleted = s.sid })
end
