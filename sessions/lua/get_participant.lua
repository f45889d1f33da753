-- Reads one Participant of a Session, even one who has left. The Session is closed first if its time is over.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant }
-- Returns: { session (SID), participant } or { error }
local reply = use('storage.reply')
local close = use('sessions.close')
local people = use('sessions.people')
local session = use('sessions.session')

return function(tx, args)
  local s = session.read(tx, args.session)
  local p = s and people.person(tx, s, args.participant)
  if not p then return reply.error(20404) end
  close.close_if_expired(tx, s)
  return cjson.encode({ session = s.sid, participant = p })
end
