#!lua
-- Takes a message of the app's own to one Participant, to be sent from that Participant's proxy number. Repeating it
-- with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant, interaction, sealed, segments, encoding, media (it has a file of the app's), ceiling,
--         grant (as accept.lua) }
-- Returns: { interaction } | { outcome = short, need } or { error }
-- use: close, interaction, outbox, blocks, allowance, attachment
local now = clock()
local s = service() and load_session(args.session)
if not s then return fail(20404) end
local known = load_interaction(args.interaction)
if known then return cjson.encode({ interaction = known }) end
close_if_due(s, now)
if not ACTIVE[s.status] then return fail(80607) end
if s.mode == 'voice-only' then return fail(80910) end
for _, p in ipairs(s.people) do
  if p.sid == args.participant and not p.deleted then
    if blocked(p.who, p.number, s) then return fail(20403) end
    local short = ask_for(args.segments, now)
    if short then return short end
    take_grant(now)
    if short_of(args.segments, now) then return fail(63038) end
    spend(args.segments, now)
    local i = {
      sid = args.interaction, type = 'message', sealed = args.sealed, segments = args.segments, encoding = args.encoding,
      outbound = { participant = p.sid, status = 'queued', state = 'queued' },
    }
    emit(now, 'interaction.created', s.sid, record(s, i, now))
    redis.call('ZADD', K.sent(p.sid), now, i.sid)
    put_out(i, p, now)
    if args.media then follow(i, now) end
    return cjson.encode({ interaction = i })
  end
end
return fail(20404)
