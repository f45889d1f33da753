#!lua
-- Notes what was done for the files of a message, if the claim still stands. Once they are had, or given up, the message
-- may go out; of what had to be left out its sender is told, once.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, token, outcome = again | ready | cleared, delay_ms (until the next look), files (of each what
--         came of it, in their order), and of `ready`: media (the clean ones), sealed, segments, encoding, flags, empty (nothing
--         is left of the message), lost (how many are left out), notice = { interaction, sealed, segments, encoding }, ceiling
--         (there is one) }
-- Returns: { state } = attachment's: fetching | sent | over | gone | stale (no longer ours)
-- use: attachment, outbox, waiting, emit, session, told, allowance
local NO_TEXT, now = 21602, clock()
local a = load_attachment(args.interaction)
if a and a.settled == args.token then return cjson.encode({ state = a.state }) end
if not a or a.token ~= args.token then return cjson.encode({ state = 'stale' }) end
local e, i = load_entry(a.sid), load_interaction(a.sid)
local s = args.notice and i and load_session(i.session)

local function tell(p)
  local n = {
    sid = args.notice.interaction, type = 'message', session = s.sid, created = now, updated = now, sealed = args.notice.sealed,
    segments = args.notice.segments, encoding = args.notice.encoding,
    outbound = { participant = p.sid, status = 'queued', state = 'queued' },
  }
  redis.call('ZADD', K.interactions(s.sid), now, n.sid)
  emit(now, 'interaction.created', s.sid, save_interaction(n))
  put_out(n, p, now, { state = 'ready', source = 'ours', at_once = true })
  spend(SAID_SEGMENTS, now)
end

if args.outcome == 'cleared' then
  forget_attachment(a.sid)
  return cjson.encode({ state = 'gone' })
end
a.token, a.settled, a.files = nil, args.token, args.files or a.files
if args.outcome == 'ready' then a.state, a.since, a.tries = 'sent', now, 0 end
save_attachment(a, now + args.delay_ms)
if args.outcome == 'again' or not e or not i then return cjson.encode({ state = a.state }) end

-- Texts that came as files are part of it now.
spend(math.max(0, (args.segments or 0) - (i.segments or 0)), now)
i.sealed, i.segments, i.encoding = args.sealed, args.segments or i.segments, args.encoding or i.encoding
i.flags, i.updated = args.flags, now
i.media = args.media
local sender = s and i.inbound and not i.excused and ACTIVE[s.status] and not is_due(s, now) and participant_of(s, i.inbound.participant)
i.excused = i.excused or sender and true or nil
if args.empty then move_on('message', i.outbound, e.again and 'delivery-unknown' or 'failed', NO_TEXT) end
emit(now, 'interaction.updated', i.session, save_interaction(i))
if args.lost > 0 then emit(now, 'message.incomplete', i.session, { interaction = i.sid, lost = args.lost }) end
if args.empty then leave_line(e, now) else files_are_there(e, now) end
if sender and not short_of(SAID_SEGMENTS, now) and may_tell(sender.who) then tell(sender) end
return cjson.encode({ state = a.state })
