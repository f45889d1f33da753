-- Settles the redaction of a text at the carrier. That it is redacted is noted even if the claim has ended.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { resource, token, outcome = redacted | refused | again, code (the carrier's), delay_ms (until it is
--         tried again) }
-- Returns: { settled }
local keys = use('storage.keys')
local events = use('storage.events')
local interaction = use('sessions.interaction')

local function try_later(tx, resource, r, delay_ms)
  r.tries, r.token = r.tries + 1, nil
  redis.call('HSET', keys.redacting(tx), resource, cjson.encode(r))
  redis.call('ZADD', keys.redactions(tx), tx.now + delay_ms, resource)
end

-- `outcome`: redacted | refused.
local function finish(tx, resource, r, outcome, code)
  local i = r.i and interaction.read(tx, r.i)
  local leg = i and i[r.leg]
  redis.call('ZREM', keys.redactions(tx), resource)
  redis.call('HDEL', keys.redacting(tx), resource)
  if leg and leg.resource == resource then
    leg.redaction, leg.redaction_code, i.updated = outcome, code, tx.now
    interaction.save(tx, i)
  end
  local kind = outcome == 'redacted' and 'message.redacted' or 'message.redaction_refused'
  events.emit(tx, kind, i and i.session or '', { interaction = r.i, leg = r.leg, sid = resource, code = code })
end

return function(tx, args)
  local text = redis.call('HGET', keys.redacting(tx), args.resource)
  local r = text and cjson.decode(text)
  if not r or (r.token ~= args.token and args.outcome ~= 'redacted') then return cjson.encode({ settled = false }) end
  if args.outcome == 'again' then
    try_later(tx, args.resource, r, args.delay_ms)
  else
    finish(tx, args.resource, r, args.outcome, args.code)
  end
  return cjson.encode({ settled = true })
end
