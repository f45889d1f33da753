#!lua
-- Puts a number into the pool. One that is there already stays as it is; one that is draining is refused.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { doc = { sid, number, friendly_name, country, capabilities, home }, reserved, own, most (0 = no limit) }
-- Returns: { number } or { error }
-- use: number, emit
local now = clock()
if not service() then return fail(20404) end
local doc = number_doc(args.doc.number)
if doc then
  if doc.draining then return fail(80601) end
  return shown_number(doc)
end
if args.most > 0 and pool_size() >= args.most then return fail(20001, 'PhoneNumbers') end
doc = args.doc
doc.reserved, doc.created, doc.updated = args.reserved, now, now
doc.cells = args.reserved and { 'reserved' } or doc.home
for _, cell in ipairs(doc.cells) do redis.call('ZADD', K.cell(cell), 0, doc.number) end
save_number(doc)
redis.call('ZADD', K.pool(), now, doc.sid)
redis.call('HSET', K.pns(), doc.sid, doc.number)
redis.call('SADD', K.own(), args.own)
emit(now, 'number.added', '', { sid = doc.sid, number = doc.number })
return shown_number(doc)
