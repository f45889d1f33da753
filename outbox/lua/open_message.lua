-- Adds a message of the app's own to one Participant, to be sent from that Participant's proxy number. Repeating it
-- with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant, interaction, sealed, segments, encoding, media (it has a file of the app's),
--         ceiling, grant (as accept.lua) }
-- Returns: { interaction } | { outcome = short, need } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local reply = use('storage.reply')
local service = use('storage.service')
local blocks = use('policy.blocks')
local segment_allowance = use('policy.segment_allowance')
local session = use('sessions.session')
local people = use('sessions.people')
local lifetime = use('sessions.lifetime')
local close = use('sessions.close')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')

-- Returns the API's code of the reason why the Participant `p` gets no message, or nil.
local function obstacle(tx, s, p)
  if not lifetime.is_active(s) then return 80607 end
  if s.mode == 'voice-only' then return 80910 end
  if not p then return 20404 end
  if blocks.find(tx, p.who, p.number, s.sid) then return 20403 end
end

return function(tx, args)
  local s = service.read(tx) and session.read(tx, args.session)
  if not s then return reply.error(20404) end
  local existing = interaction.read(tx, args.interaction)
  if existing then return cjson.encode({ interaction = existing }) end
  close.close_if_expired(tx, s)
  local p = people.participant(s, args.participant)
  local code = obstacle(tx, s, p)
  if code then return reply.error(code) end
  local short_reply = segment_allowance.short_reply(tx, args.ceiling, args.grant, args.segments)
  if short_reply then return short_reply end
  segment_allowance.take_grant(tx, args.grant)
  if segment_allowance.is_short(tx, args.ceiling, args.segments) then return reply.error(63038) end
  segment_allowance.spend(tx, args.ceiling, args.segments)
  local i = {
    sid = args.interaction, type = 'message', sealed = args.sealed, segments = args.segments, encoding = args.encoding,
    outbound = { participant = p.sid, status = 'queued', state = 'queued' },
  }
  events.emit(tx, 'interaction.created', s.sid, interaction.record(tx, s, i))
  redis.call('ZADD', keys.sent(tx, p.sid), tx.now, i.sid)
  line.add(tx, i, p)
  if args.media then attachment.track(tx, i) end
  return cjson.encode({ interaction = i })
end
