-- Writes events for the record, in the same atomic step as the change that they report. An entry of the stream has one
-- field: a line with the event's number, epoch, random, moment (ms), type and Session SID, and then its detail as JSON.
-- Python reads it: storage/short_form.py.
local events = {}
local keys = use('storage.keys')
local short_form = use('storage.short_form')

-- `detail`: a table, or its JSON, or an Interaction or a new Session in its short form, which names the Session itself.
-- `at`: when it happened (ms), if that was before this call.
function events.emit(tx, kind, session_sid, detail, at)
  local text = type(detail) == 'string' and detail or cjson.encode(detail)
  if short_form.is_event(text) then session_sid = '' end
  tx.event_number = tx.event_number + 1
  redis.call('HSET', keys.clock(tx), 'at', tx.now, 'n', tx.event_number)
  redis.call('XADD', keys.events(tx), '*', 'e', string.format('%d %s %s %d %s %s\n%s', tx.event_number, tx.epoch,
    string.sub(tx.random, 1, 16), at or tx.now, kind, session_sid, text))
end

return events
