-- Removes a Participant from its Session and releases its lease. Repeating it changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant }
-- Returns: { session } or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local lease = use('pool.lease')
local close = use('sessions.close')
local former = use('sessions.former')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  close.close_if_expired(tx, s)
  local p = people.participant(s, args.participant)
  if not p then return former.find(tx, s, args.participant) and session.reply(s) or reply.error(20404) end
  if lifetime.is_active(s) then lease.release(tx, s, p, people.last_partner(s, p)) end
  people.remove(tx, s, p)
  session.save(tx, s)
  events.emit(tx, 'participant.removed', s.sid, { participant = p.sid })
  return session.reply(s)
end
