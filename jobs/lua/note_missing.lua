-- Notes that a look did not find the leg of an Interaction in the carrier's lists. If two looks, far enough apart, did
-- not find it, and no webhook came between, it never existed: a message goes to the outbox if it may still be sent, and
-- its webhook gets an empty answer from now on, or it would be sent twice. A call has failed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource (the SID that the look asked for), looked (ms, when the look began), apart_ms,
--         window_ms, state (new state of the leg), whole (true: no part of it can have been sent) }
-- Returns: { lost } or { error }
local reply = use('storage.reply')
local session = use('sessions.session')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local watch = use('sessions.watch')
local line = use('outbox.line')
local lost_leg = use('jobs.lost_leg')

-- Whether it is too early to say that the leg never existed: this was the first look, or the second came too soon.
local function must_look_again(tx, i, looked, apart_ms)
  if i.missed and looked - i.missed >= apart_ms then return false end
  if not i.missed then
    i.missed = tx.now
    interaction.save(tx, i)
  end
  watch.look_at(tx, i, i.missed + apart_ms)
  return true
end

-- Whether nothing is missing: it is settled, or the carrier has reported the leg since, or the outbox handles it.
local function is_known(tx, i, leg, resource)
  if line.read(tx, i.sid) then
    watch.finish(tx, i)
    return true
  end
  if not interaction.is_settled(i) and not leg.resource then return false end
  -- The look asked for the leg by its SID and did not find it: it was deleted at the carrier, and no report will come.
  if interaction.is_settled(i) or leg.resource == resource then watch.finish(tx, i) end
  return true
end

return function(tx, args)
  local i = interaction.read(tx, args.interaction)
  if not i then return reply.error(20404) end
  local leg = i.placed and not i.inbound.resource and i.inbound or i.outbound
  if is_known(tx, i, leg, args.resource) or must_look_again(tx, i, args.looked, args.apart_ms) then
    return cjson.encode({ lost = false })
  end
  local s = session.read(tx, i.session)
  local p = args.whole and lost_leg.recipient(tx, s, i)
  lost_leg.note(tx, i, leg, args.state, p)
  if i.type == 'message' then
    lost_leg.finish_message(tx, i, p, args.window_ms)
  elseif s then
    live_calls.finish(tx, s, i.sid)
  end
  return cjson.encode({ lost = true })
end
