-- Finds the route of an inbound. `inbound`: { kind = message | voice, person (the sender's index), number (that it came
-- to), late_at (when it was written, ms, if it is late), … }. A route is { s, sender, recipient }, a refusal { reason,
-- code, session, say, lang, silent, stranger (the app may be asked), unknown (see relay.strangers), once, other }.
local routing = {}
local keys = use('storage.keys')
local reachability = use('policy.reachability')
local close = use('sessions.close')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')
local late = use('relay.late')
local operator = use('relay.operator')
local strangers = use('relay.strangers')
local WRONG_MODE = {
  message = { mode = 'voice-only', say = 'voice_only', code = 80910 },
  voice = { mode = 'message-only', say = 'message_only', code = 80911 },
}

local function refusal_of_stranger(tx, inbound)
  local known = strangers.last_session(tx, inbound)
  local reason = known and 'closed' or 'unknown'
  return { reason = reason, code = 80905, session = known, stranger = true, unknown = not known }
end

-- Returns why the inbound cannot reach the recipient although the sender has a lease here (a refusal), or nil.
local function find_obstacle(tx, inbound, s, sender, recipient)
  local wrong = WRONG_MODE[inbound.kind]
  if s.mode == wrong.mode then
    return { reason = s.mode, code = wrong.code, session = s.sid, say = wrong.say, lang = sender.lang }
  end
  if not recipient then return { reason = 'no-partner', code = 80614, session = s.sid, lang = sender.lang } end
  if inbound.late_at and late.was_for_another(tx, inbound, s, sender, recipient) then
    return { reason = 'before-lease', session = s.sid, silent = true }
  end
  if inbound.kind ~= 'message' then return nil end
  local reason, code = reachability.find_obstacle(tx, recipient.who, recipient.number)
  return reason and { reason = reason, code = code, session = s.sid, say = 'unavailable', lang = sender.lang }
end

-- Returns the route, or nil and the refusal. Closes the Session if its time is over.
function routing.find_route(tx, inbound)
  local person = inbound.person
  if redis.call('SISMEMBER', keys.own(tx), person) == 1 then return nil, { reason = 'own-number', silent = true } end
  if inbound.kind == 'message' then reachability.restore(tx, person, inbound.number, inbound.late_at or tx.now) end
  local s, sender = session.read_by_lease(tx, person, inbound.number)
  local recipient = s and people.partner(s, sender)
  local blocked = operator.find_refusal(tx, inbound, s, sender, recipient)
  if blocked then return nil, blocked end
  if not s then return nil, refusal_of_stranger(tx, inbound) end
  if lifetime.has_expired(s, tx.now) then
    close.close_if_expired(tx, s)
    return nil, { reason = 'expired', code = 80904, session = s.sid, stranger = true }
  end
  local refusal = find_obstacle(tx, inbound, s, sender, recipient)
  if refusal then return nil, refusal end
  return { s = s, sender = sender, recipient = recipient }
end

return routing
