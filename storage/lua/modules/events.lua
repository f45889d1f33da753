-- Writes events for the record, in the same atomic step as the change that they report.
local events = {}
local keys = use('storage.keys')

-- `detail`: a table, or its JSON. `at`: when it happened (ms), if that was before this call.
function events.emit(tx, kind, session_sid, detail, at)
  tx.event_number = tx.event_number + 1
  redis.call('HSET', keys.clock(tx), 'at', tx.now, 'n', tx.event_number)
  redis.call('XADD', keys.events(tx), '*', 'n', tx.event_number, 'e', tx.epoch, 'r', string.sub(tx.random, 1, 16),
    't', kind, 'at', string.format('%.0f', at or tx.now), 's', session_sid,
    'd', type(detail) == 'string' and detail or cjson.encode(detail))
end

return events
