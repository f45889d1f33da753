#!lua
-- Hands out Interactions that are due for a look at the carrier; for a while nobody else gets them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most, lease_ms }
-- Returns: { looks = [{ interaction, sealed, from (both of the outbound leg's), first = { sealed, from } of a placed call }],
--          more (whether others may be due) }
-- use: looked, live, redact, emit
local SENT_MS, FORGET_MS, WEEK_MS, GRACE_AFTER_MS = 480000, 43200000, 604800000, 60000
local now, svc, looks = clock(), service(), {}

-- The moment before which there is nothing to ask; nil: nothing will come any more.
local function next_look(i, s)
  if now - i.created > WEEK_MS then return nil end
  local known = i.outbound.resource and (not i.placed or i.inbound.resource)
  if not known then return now end
  if i.type == 'voice' then
    local talking = i.outbound.state == 'in-progress' and (not i.placed or i.inbound.state == 'in-progress')
    return talking and i.updated + limit_of(s, svc, i.updated) * 1000 + GRACE_AFTER_MS or now
  end
  if now - i.created > FORGET_MS then return nil end
  return i.outbound.state == 'sent' and i.created + SENT_MS or now
end

local function person(s, sid)
  for _, p in ipairs(s.people) do
    if p.sid == sid then return { sealed = p.sealed, from = p.number } end
  end
end

local due = svc and redis.call('ZRANGEBYSCORE', K.watched(), '-inf', now, 'LIMIT', 0, args.most) or {}
for _, sid in ipairs(due) do
  local i = load_interaction(sid)
  local s = i and not settled(i) and load_session(i.session)
  local at, look = s and next_look(i, s), s and person(s, i.outbound.participant)
  if not at or not look then
    redis.call('ZREM', K.watched(), sid)
    if i and redact_outbound(i, true, now) then emit(now, 'interaction.updated', i.session, save_interaction(i)) end
  elseif at > now then
    look_at(i, at)
  else
    look_at(i, now + args.lease_ms)
    look.interaction, look.first = i, i.placed and person(s, i.inbound.participant) or nil
    looks[#looks + 1] = look
  end
end
return cjson.encode({ looks = looks, more = #due == args.most })
