-- Removes a Participant from its Session and releases its lease. Repeating it changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant }
-- Returns: { session } or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local lease = use('pool.lease')
local close = use('sessions.close')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  close.close_if_expired(tx, s)
  local p, slot = people.person(s, args.participant)
  if not p then return reply.error(20404) end
  if p.deleted then return session.reply(s) end
  if lifetime.is_active(s) then lease.release(tx, s, slot, close.last_partner(s, slot)) end
  p.deleted, p.updated, s.updated = tx.now, tx.now, tx.now
  session.save(tx, s)
  events.emit(tx, 'participant.removed', s.sid, { participant = p.sid })
  return session.reply(s)
end
