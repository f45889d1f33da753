#!lua
-- Notes how the sending of a message went, if the claim still stands. That it went out is noted whoever has it now.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, token, part (of a long text, from 0), outcome = sent | part (sent, and more to come) | again |
--         failed | doubt | looked (not found) | unseen (nothing could be looked through) | broken | files (they have ended
--         meanwhile) | held (until; by which quiet hours) | expired (until), blind (true: that it was not found means nothing),
--         resource, found (it was in the carrier's list), state, code, delay_ms, most (tries), doubt_ms (then `policy`: resend
--         or hold), policy, reason }
-- Returns: { state } = of the entry: ready | in_doubt | held | parked | gone | stale (no longer ours)
-- use: holding, parts, park, learn, watch, looked, redact_gone, refetch
local now = clock()
local e, i = load_entry(args.interaction), load_interaction(args.interaction)
local out = args.outcome == 'sent' or args.outcome == 'part'
if not i then redact_orphan(args.resource, now) end
if not e or (e.part or 0) ~= args.part or (e.token ~= args.token and not out) then return cjson.encode({ state = 'stale' }) end

local function wait_for(ms)
  e.token, e.due = nil, now + ms
  save_entry(e)
  redis.call('ZADD', K.lines(), e.due, e.line)
  return cjson.encode({ state = e.state })
end

local function leave(state)
  leave_line(e, now)
  if not i then return end
  local named = name_leg('message', i.outbound, args.resource, args.found)
  local moved = move_on('message', i.outbound, state, args.code)
  if not moved and not named then return end
  if moved then reach.hear(i, now) end
  i.updated = now
  redact_outbound(i, settled(i), now)
  if args.resource and not settled(i) then look_at(i, now + FIRST_LOOK_MS) end
  emit(now, 'interaction.updated', i.session, save_interaction(i))
end

if args.outcome == 'sent' or args.outcome == 'failed' then
  -- A refusal of the second try says nothing of the first.
  leave(args.outcome == 'failed' and e.again and 'delivery-unknown' or args.state)
  return cjson.encode({ state = 'gone' })
end
if args.outcome == 'part' then return cjson.encode({ state = next_part(e, i, now) }) end
if args.outcome == 'held' or args.outcome == 'expired' then return cjson.encode({ state = stay(e, i, now) }) end
if args.outcome == 'broken' or (args.outcome == 'again' and e.tries >= args.most) then return park(e, i, args.reason, now) end
if args.outcome == 'again' or args.outcome == 'files' then e.state, e.first = 'ready', e.again and e.first or nil end
if args.outcome == 'files' then files_have_ended(e, i, now) end
if args.outcome == 'doubt' then e.state, e.doubted = 'in_doubt', e.doubted or now end
if args.outcome ~= 'looked' or now - e.doubted < args.doubt_ms then return wait_for(args.delay_ms) end
if ((args.policy == 'hold' or args.blind) and not e.released) or e.tries >= args.most then return park(e, i, 'in_doubt', now) end
e.state, e.doubted, e.again, e.token = 'ready', nil, true, nil
save_entry(e)
take_turn(e.line, e.number, now, true)
return cjson.encode({ state = 'ready' })
