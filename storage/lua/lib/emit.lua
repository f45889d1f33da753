-- Appends an event for the record in the same atomic step as what it tells of. `detail` is a table, or its JSON. `at`: when
-- it happened, if that is only noted now.
local function emit(now, kind, session_sid, detail, at)
  events = events + 1
  redis.call('HSET', K.clock(), 'at', now, 'n', events)
  redis.call('XADD', K.events(), '*', 'n', events, 'e', epoch, 'r', string.sub(args.random, 1, 16), 't', kind,
    'at', string.format('%.0f', at or now), 's', session_sid, 'd', type(detail) == 'string' and detail or cjson.encode(detail))
end
