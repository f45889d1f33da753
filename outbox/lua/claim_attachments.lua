#!lua
-- Hands out messages for whose files there is something to do; for a while nobody else gets them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { room (how many), token, lease_ms, patience_ms (a message waits so long for its files), most_ms (one
--         of whose end nobody tells counts as over) }
-- Returns: { claims = { { attachment, late (its time is over), sealed, flags, sender = { sid, sealed, lang },
--          text_only (the number that it goes from carries no files) } } }
-- use: attachment, outbox, looked, session
local MOST_STEPS, HOUR_MS = 100, 3600000
local now, claims = clock(), {}

local function is_over(a, i)
  if not i or a.state == 'over' then return true end
  if load_entry(a.sid) then return false end
  return a.state == 'fetching' or settled(i) or now - a.since > args.most_ms
end

local function sender_of(i)
  local s = i and load_session(i.session)
  for _, p in ipairs(s and s.people or {}) do
    if i.inbound and p.sid == i.inbound.participant then return { sid = p.sid, sealed = p.sealed, lang = p.lang } end
  end
end

local function is_text_only(sid)
  local e = load_entry(sid)
  local text = e and redis.call('HGET', K.numbers(), e.number)
  return text and cjson.decode(text).capabilities.mms == false
end

local function hand_out(a, i)
  a.token, a.tries = args.token .. (#claims + 1), a.tries + 1
  save_attachment(a, now + args.lease_ms)
  claims[#claims + 1] = {
    attachment = a, late = a.tries > 1 and now - a.since >= args.patience_ms, sealed = i and i.sealed, flags = i and i.flags,
    sender = sender_of(i), text_only = is_text_only(a.sid) or nil,
  }
end

local function step(a, i)
  if is_over(a, i) then
    if a.state ~= 'over' then a.state, a.since, a.tries = 'over', now, 0 end
    a.outbound = i and i.outbound and i.outbound.resource or a.outbound
    if not a.files and not a.delete then return forget_attachment(a.sid) end
  elseif a.state == 'sent' then
    return save_attachment(a, now + math.min(math.max(FIRST_CHECK_MS, (now - a.since) / 2), HOUR_MS))
  end
  hand_out(a, i)
end

for _, sid in ipairs(redis.call('ZRANGEBYSCORE', K.attachments(), '-inf', now, 'LIMIT', 0, MOST_STEPS)) do
  if #claims == args.room then break end
  local a = load_attachment(sid)
  if a then step(a, load_interaction(sid)) else forget_attachment(sid) end
end
return cjson.encode({ claims = claims })
