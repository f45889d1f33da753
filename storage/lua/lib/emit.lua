-- Appends an event for the record in the same atomic step as what it tells of.
local function emit(now, kind, session_sid, detail)
  local n = redis.call('HINCRBY', K.clock(), 'n', 1)
  redis.call('HSET', K.clock(), 'at', now)
  local epoch = redis.call('HGET', K.clock(), 'e') or '0'
  local random = string.sub(redis.sha1hex(args.random .. ':' .. n), 1, 16)
  redis.call('XADD', K.events(), '*', 'n', n, 'e', epoch, 'r', random, 't', kind,
    'at', string.format('%.0f', now), 's', session_sid, 'd', cjson.encode(detail))
end
