-- use: decide, arrived, interaction, live, seen, watch, outbox, allowance, told, redact, attachment
-- What becomes of an inbound, remembered under the carrier's SID and stage.
-- What costs nothing is always said: a caller is on the line anyway. A text of ours is not, beyond what a person may be told.
local function is_silent(now, why)
  if why.silent or args.at then return true end
  if args.kind ~= 'message' then return why.once and not may_tell(args.who, why.once) end
  if short_of(SAID_SEGMENTS, now) or not may_tell(args.who, why.once) then return true end
  spend(why.other and 2 * SAID_SEGMENTS or SAID_SEGMENTS, now)
end

-- `i`: its Interaction, if the app was asked about it.
local function refuse(now, why, i)
  keep_stopped(i, why, now)
  emit(now, 'inbound.refused', why.session or '', { sid = args.sid, to = args.to, reason = why.reason, code = why.code })
  if is_silent(now, why) then return remember(now, { outcome = 'silent', reason = why.reason }) end
  return remember(now, {
    outcome = 'refused', reason = why.reason, say = why.say or 'neutral_reply', lang = why.lang, other = why.other,
  })
end

local BY_API = { '"delivery":"send"', '"content_retention":"discard"', '"address_retention":"obfuscate"' }

-- Whether relayed texts go by the carrier's API: its Message verb carries neither option, and cannot wait for the day. No
-- text within that JSON can look like a field, since its quotation marks are escaped.
local function sends(service_text)
  local function has(field) return string.find(service_text, field, 1, true) end
  for _, field in ipairs(BY_API) do
    if has(field) then return true end
  end
  return has('"quiet_hours":"') and has('"quiet_hours_for":"all"') and true or false
end

-- The outbound leg of `i`, before it is written; returns the outcome.
local function lead_on(way, i, svc, now)
  local p = way.recipient
  if i.type == 'message' then spend(i.segments, now) end
  i.outbound = { participant = p.sid, status = i.type == 'voice' and 'initiated' or 'queued', state = 'queued' }
  i.outbound.asked = i.type == 'voice' and svc.whisper or nil
  if i.type == 'message' and (args.send or is_waiting(p.number, p.who)) then
    -- Behind what is still to be sent to the same person: an answer of ours would overtake it.
    i.outbound.by = 'outbox'
    if args.files then attach(i, args.files, now) end
    put_out(i, p, now)
    return { outcome = 'silent', reason = 'outbox' }
  end
  watch(i, svc, now)
  return {
    outcome = 'forward', interaction = i.sid, recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang,
    limit = i.type == 'voice' and begin_call(way.s, i, svc, now) or nil,
  }
end
