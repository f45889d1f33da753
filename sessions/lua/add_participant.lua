-- Adds a Participant to an active Session and leases a number for it. Repeating it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, person = { sid, who, sealed, given, name, lang, zone, cells (by mode), country, number } }
-- Returns: { session } or { error }
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local lease = use('pool.lease')
local assignment = use('sessions.assignment')
local close = use('sessions.close')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

return function(tx, args)
  local rules, p = service.read(tx), args.person
  local s = rules and session.read(tx, args.session)
  if not s then return reply.error(20404) end
  if people.person(s, p.sid) then return session.reply(s) end
  close.close_if_expired(tx, s)
  if not lifetime.is_active(s) then return reply.error(80607) end

  local present = people.participants(s)
  if #present >= 2 then return reply.error(80609) end
  for _, other in ipairs(s.people) do
    -- A removed Participant stays in the Session's document, and cannot join again.
    if other.who == p.who then return reply.error(80103) end
  end
  p.cells = p.cells[s.mode]
  local partner = present[1] and present[1].person.who or ''
  local number, code = assignment.choose(tx, p, partner, rules, s.mode, {})
  if not number then return reply.error(code) end

  local slot = #s.people + 1
  s.people[slot] = assignment.participant(tx, p, number)
  s.updated = tx.now
  lease.take(tx, s, slot)
  session.save(tx, s)
  events.emit(tx, 'participant.joined', s.sid, s.people[slot])
  return session.reply(s)
end
