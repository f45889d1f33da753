#!lua
-- Hands out the carrier's messages whose text is due to be emptied there; for a while nobody else gets them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most, lease_ms, token }
-- Returns: { claims = { { resource, token, tries, interaction and person = { sid, sealed, number } (of a relayed text
--         that the carrier may have in parts) } }, more (whether others may be due) }
-- use: redact, interaction
-- A text of fewer segments always went in one part.
local PARTS_FROM, now, claims = 10, clock(), {}

local function recipient_of(i)
  local s = load_session(i.session)
  for _, p in ipairs(s and s.people or {}) do
    if p.sid == i.outbound.participant then return { sid = p.sid, sealed = p.sealed, number = p.number } end
  end
end

local function hand_out(resource, r)
  local i = r.i and r.leg == 'outbound' and load_interaction(r.i)
  r.token = args.token .. (#claims + 1)
  redis.call('HSET', K.redacting(), resource, cjson.encode(r))
  redis.call('ZADD', K.redactions(), now + args.lease_ms, resource)
  claims[#claims + 1] = { resource = resource, token = r.token, tries = r.tries }
  if not i or not i.inbound or i.outbound.by == 'outbox' or (i.segments or 0) < PARTS_FROM then return end
  claims[#claims].interaction, claims[#claims].person = i, recipient_of(i)
end

local due = redis.call('ZRANGEBYSCORE', K.redactions(), '-inf', now, 'LIMIT', 0, args.most)
for _, resource in ipairs(due) do
  local text = redis.call('HGET', K.redacting(), resource)
  if text then hand_out(resource, cjson.decode(text)) else redis.call('ZREM', K.redactions(), resource) end
end
return cjson.encode({ claims = claims, more = #due == args.most })
