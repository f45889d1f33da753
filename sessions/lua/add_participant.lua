-- Adds a Participant to an active Session and leases a number for it. Repeating it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, person = { sid, who, sealed, given, name, lang, zone, cells (by mode), country, number },
--         most (how many the Session may ever have; 0: no limit) }
-- Returns: { session (SID), participant } or { error, about }
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local lease = use('pool.lease')
local assignment = use('sessions.assignment')
local close = use('sessions.close')
local former = use('sessions.former')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

-- Returns the reason why this person cannot join: the API's code, and what it is about. Else nil.
local function obstacle(tx, s, who, most)
  if not lifetime.is_active(s) then return 80607 end
  if #s.people >= 2 then return 80609 end
  if people.by_index(s, who) or former.has(tx, s, who) then return 80103 end
  if most > 0 and s.joined >= most then return 80609, 'ever' end
end

return function(tx, args)
  local rules, asked = service.read(tx), args.person
  local s = rules and session.read(tx, args.session)
  if not s then return reply.error(20404) end
  local known = people.person(tx, s, asked.sid)
  if known then return cjson.encode({ session = s.sid, participant = known }) end
  close.close_if_expired(tx, s)
  local code, about = obstacle(tx, s, asked.who, args.most)
  if code then return reply.error(code, about) end

  asked.cells = asked.cells[s.mode]
  local present = s.people[1]
  local number
  number, code = assignment.choose(tx, asked, present and present.who or '', rules, s.mode, {})
  if not number then return reply.error(code) end

  local p = assignment.participant(tx, asked, number)
  people.add(s, p)
  s.updated = tx.now
  lease.take(tx, s, p)
  session.save(tx, s)
  events.emit(tx, 'participant.joined', s.sid, p)
  return cjson.encode({ session = s.sid, participant = p })
end
