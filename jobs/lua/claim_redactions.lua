-- Claims the carrier's messages that are due to be redacted (emptied) there: until the lease ends nobody else gets
-- them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most, lease_ms, token }
-- Returns: { claims = { { resource, token, tries, interaction and person = { sid, sealed, number } (of a relayed text
--         that the carrier may have in parts) } }, more (whether others may be due) }
local keys = use('storage.keys')
local session = use('sessions.session')
local people = use('sessions.people')
local interaction = use('sessions.interaction')
-- A text with fewer segments was always sent in one part.
local PARTS_FROM = 10

-- Returns the Interaction of this text if the carrier may have sent it in parts whose SIDs only the carrier's lists
-- have.
local function interaction_in_parts(tx, r)
  local i = r.i and r.leg == 'outbound' and interaction.read(tx, r.i)
  if i and i.inbound and i.outbound.by ~= 'outbox' and (i.segments or 0) >= PARTS_FROM then return i end
end

local function recipient_of(tx, i)
  local p = people.person(tx, session.read(tx, i.session), i.outbound.participant)
  return p and { sid = p.sid, sealed = p.sealed, number = p.number }
end

local function claim(tx, resource, r, token, lease_ms)
  r.token = token
  redis.call('HSET', keys.redacting(tx), resource, cjson.encode(r))
  redis.call('ZADD', keys.redactions(tx), tx.now + lease_ms, resource)
  local i = interaction_in_parts(tx, r)
  local person = i and recipient_of(tx, i) or nil
  return { resource = resource, token = token, tries = r.tries, interaction = i, person = person }
end

return function(tx, args)
  local claims, due = {}, redis.call('ZRANGEBYSCORE', keys.redactions(tx), '-inf', tx.now, 'LIMIT', 0, args.most)
  for _, resource in ipairs(due) do
    local text = redis.call('HGET', keys.redacting(tx), resource)
    if text then
      claims[#claims + 1] = claim(tx, resource, cjson.decode(text), args.token .. (#claims + 1), args.lease_ms)
    else
      redis.call('ZREM', keys.redactions(tx), resource)
    end
  end
  return cjson.encode({ claims = claims, more = #due == args.most })
end
