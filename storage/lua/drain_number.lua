#!lua
-- Takes a number out of the pool at once; its live leases run out by themselves.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid }
-- Returns: { number } (in_use 0: it may be given back now) or { error }
-- use: number, emit
local now = clock()
local doc = number_by_sid(args.sid)
if not doc then return fail(20404) end
move(doc, { 'draining' })
doc.draining, doc.updated = true, now
save_number(doc)
redis.call('ZREM', K.pool(), doc.sid)
redis.call('HDEL', K.pns(), doc.sid)
emit(now, 'number.draining', '', { sid = doc.sid, number = doc.number })
return shown_number(doc)
