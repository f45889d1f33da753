-- The carrier's lists do not have the leg of an Interaction. Said of two looks far enough apart, with no webhook
-- between, it never was: the message goes to the outbox, if it may still be sent, and its answer is empty from now on,
-- or it would be sent twice; the call has failed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource (what was asked for by its SID), apart_ms, window_ms, state (of the leg from now
--         on), whole (nothing of it can have been sent) }
-- Returns: { lost } or { error }
local reply = use('storage.reply')
local session = use('sessions.session')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local watch = use('sessions.watch')
local line = use('outbox.line')
local lost_leg = use('jobs.lost_leg')

-- Whether it is too early to say that the leg never was: this was the first look, or another one is to come.
local function must_look_again(tx, i, apart_ms)
  if i.missed and tx.now - i.missed >= apart_ms then return false end
  if not i.missed then
    i.missed = tx.now
    interaction.save(tx, i)
  end
  watch.look_at(tx, i, i.missed + apart_ms)
  return true
end

-- Whether nothing is missing: it is over, or the carrier told of the leg since, or the outbox looks for it.
local function is_known(tx, i, leg, resource)
  if line.read(tx, i.sid) then
    watch.finish(tx, i)
    return true
  end
  if not interaction.is_settled(i) and not leg.resource then return false end
  -- What was asked for by its SID, and is in no list any more, was deleted there: nothing will come.
  if interaction.is_settled(i) or leg.resource == resource then watch.finish(tx, i) end
  return true
end

return function(tx, args)
  local i = interaction.read(tx, args.interaction)
  if not i then return reply.error(20404) end
  local leg = i.placed and not i.inbound.resource and i.inbound or i.outbound
  if is_known(tx, i, leg, args.resource) or must_look_again(tx, i, args.apart_ms) then
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
