-- Forgets a drained number without leases, after its settings at the carrier were restored.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { number, own, force (true: the Service itself is deleted) }
-- Returns: { finished }
local keys = use('storage.keys')
local events = use('storage.events')
local number = use('pool.number')

return function(tx, args)
  local doc = number.read(tx, args.number)
  if not doc or not doc.draining or (number.open_sessions(tx, doc) > 0 and not args.force) then
    return cjson.encode({ finished = false })
  end
  redis.call('ZREM', keys.cell(tx, 'draining'), doc.number)
  redis.call('HDEL', keys.numbers(tx), doc.number)
  redis.call('ZREM', keys.pool(tx), doc.sid)
  redis.call('HDEL', keys.pns(tx), doc.sid)
  redis.call('SREM', keys.own(tx), args.own)
  events.emit(tx, 'number.removed', '', { sid = doc.sid, number = doc.number })
  return cjson.encode({ finished = true })
end
