-- Parks messages: they leave their line, so that no others wait for them, and an operator decides about them.
local park = {}
local keys = use('storage.keys')
local events = use('storage.events')
local line = use('outbox.line')

-- Returns the state of the entry.
function park.park(tx, entry, i, reason)
  line.remove(tx, entry)
  entry.state, entry.reason, entry.token, entry.due = 'parked', reason, nil, nil
  line.save(tx, entry)
  redis.call('ZADD', keys.parked(tx), tx.now, entry.sid)
  events.emit(tx, 'message.parked', i.session, { interaction = entry.sid, reason = reason })
  return 'parked'
end

return park
