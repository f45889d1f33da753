#!lua
-- Forgets a drained number without live leases, once the carrier has it back as it was.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { number, own, force (the Service itself is going) }
-- Returns: { finished }
-- use: number, emit
local doc = number_doc(args.number)
if not doc or not doc.draining or (load_of(doc) > 0 and not args.force) then return cjson.encode({ finished = false }) end
redis.call('ZREM', K.cell('draining'), doc.number)
redis.call('HDEL', K.numbers(), doc.number)
redis.call('ZREM', K.pool(), doc.sid)
redis.call('HDEL', K.pns(), doc.sid)
redis.call('SREM', K.own(), args.own)
emit(clock(), 'number.removed', '', { sid = doc.sid, number = doc.number })
return cjson.encode({ finished = true })
