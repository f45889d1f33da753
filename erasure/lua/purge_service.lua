-- Deletes a Service at once, then its Sessions in batches of 100. Call it until `left` is 0.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { left }
local keys = use('storage.keys')
local events = use('storage.events')
local service = use('storage.service')
local redactions = use('carrier.redactions')
local versions = use('services.versions')
local history_periods = use('pool.history_periods')
local lease_field = use('pool.lease_field')
local former = use('sessions.former')
local listing = use('sessions.listing')
local session = use('sessions.session')
local erase = use('erasure.erase')
local BATCH = 100

-- Makes all redactions due at once. The mark `x` tells the later batches, which find no Service any more, to redact.
local function redact_all(tx)
  redis.call('HSET', keys.clock(tx), 'x', 1)
  redis.call('ZUNIONSTORE', keys.redactions(tx), 1, keys.redactions(tx), 'WEIGHTS', 0)
end

local function delete_service(tx)
  if redis.call('DEL', keys.service(tx)) == 0 then return end
  tx.service = false
  versions.renew(tx)
  events.emit(tx, 'service.deleted', '', {})
end

local function purge_session(tx, sid, redact)
  local s = session.read(tx, sid) or { sid = sid, people = {}, joined = 0 }
  for _, p in ipairs(former.range(tx, s, 1, s.joined)) do
    redis.call('DEL', keys.leases(tx, p.who))
    lease_field.delete(tx, p.who)
  end
  erase.session(tx, s, redact)
end

local function delete_the_rest(tx)
  redis.call('DEL', keys.sessions(tx), keys.names(tx), keys.due(tx), keys.notices(tx), keys.watched(tx), keys.optouts(tx),
    keys.unreachable(tx), keys.lines(tx), keys.blocks(tx), keys.allowance(tx), keys.questions(tx),
    keys.question_ends(tx), keys.content_lists(tx), keys.strangers(tx))
  history_periods.forget_all(tx)
end

return function(tx)
  local rules = service.read(tx)
  if rules and redactions.delay_of(rules) then redact_all(tx) end
  local redact = redis.call('HGET', keys.clock(tx), 'x')
  delete_service(tx)
  for _, sid in ipairs(listing.take(tx, BATCH)) do purge_session(tx, sid, redact) end
  local left = listing.count(tx)
  if left == 0 then delete_the_rest(tx) end
  return cjson.encode({ left = left })
end
