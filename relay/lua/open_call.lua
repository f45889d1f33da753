-- Saves a call that the app asked for, before we ask the carrier to place it: so it is placed once or never. Repeating
-- it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant (rung first), interaction }
-- Returns: { interaction, sealed, from, lang, limit } or { error }
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local blocks = use('policy.blocks')
local close = use('sessions.close')
local interaction = use('sessions.interaction')
local lifetime = use('sessions.lifetime')
local live_calls = use('sessions.live_calls')
local people = use('sessions.people')
local session = use('sessions.session')
local watch = use('sessions.watch')

-- Returns the new Interaction, and how long the call may last (seconds).
local function create(tx, s, sid, first, partner, rules)
  local i = {
    sid = sid, type = 'voice', placed = true,
    inbound = { participant = first.sid, status = 'queued', state = 'queued' },
    outbound = { participant = partner.sid, status = 'initiated', state = 'queued' },
  }
  local limit = live_calls.begin(s, i, rules, tx.now)
  watch.begin(tx, i, rules)
  events.emit(tx, 'interaction.created', s.sid, interaction.record(tx, s, i))
  return i, limit
end

return function(tx, args)
  local rules = service.read(tx)
  local s = rules and session.read(tx, args.session)
  if not s then return reply.error(20404) end
  close.close_if_expired(tx, s)
  if not lifetime.is_active(s) then return reply.error(80607) end
  if s.mode == 'message-only' then return reply.error(80911) end
  local first = people.participant(s, args.participant)
  if not first then return reply.error(20404) end
  local partner = people.partner(s, first)
  if not partner then return reply.error(80614) end
  if blocks.find(tx, first.who, first.number, s.sid, partner) then return reply.error(20403) end

  local i = interaction.read(tx, args.interaction)
  local limit = i and live_calls.limit(s, rules, tx.now)
  if not i then i, limit = create(tx, s, args.interaction, first, partner, rules) end
  return cjson.encode({ interaction = i, sealed = first.sealed, from = first.number, lang = first.lang, limit = limit })
end
