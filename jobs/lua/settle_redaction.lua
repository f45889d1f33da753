#!lua
-- Notes how the emptying of a text at the carrier went. That it is empty is noted whoever has the claim now.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { resource, token, outcome = redacted | refused | again, code (the carrier's), delay_ms (until it is tried again) }
-- Returns: { settled }
-- use: redact, interaction, emit
local now, text = clock(), redis.call('HGET', K.redacting(), args.resource)
local r = text and cjson.decode(text)
if not r or (r.token ~= args.token and args.outcome ~= 'redacted') then return cjson.encode({ settled = false }) end
if args.outcome == 'again' then
  r.tries, r.token = r.tries + 1, nil
  redis.call('HSET', K.redacting(), args.resource, cjson.encode(r))
  redis.call('ZADD', K.redactions(), now + args.delay_ms, args.resource)
  return cjson.encode({ settled = true })
end

local i = r.i and load_interaction(r.i)
local leg = i and i[r.leg]
redis.call('ZREM', K.redactions(), args.resource)
redis.call('HDEL', K.redacting(), args.resource)
if leg and leg.resource == args.resource then
  leg.redaction, leg.redaction_code, i.updated = args.outcome, args.code, now
  save_interaction(i)
end
emit(now, args.outcome == 'redacted' and 'message.redacted' or 'message.redaction_refused', i and i.session or '',
  { interaction = r.i, leg = r.leg, sid = args.resource, code = args.code })
return cjson.encode({ settled = true })
