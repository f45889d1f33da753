-- Adds a number to the pool. A number that is already there stays as it is; a draining number is refused.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { doc = { sid, number, friendly_name, country, capabilities, home, url_since (ms, see
--         carrier/webhook_urls.py) }, reserved, own, most (0 = no limit) }
-- Returns: { number } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local number = use('pool.number')

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local doc = number.copy(tx, args.doc.number)
  if doc then
    if doc.draining then return reply.error(80601) end
    return number.reply(tx, doc)
  end
  if args.most > 0 and number.count(tx) >= args.most then return reply.error(20001, 'PhoneNumbers') end
  doc = args.doc
  doc.reserved, doc.created, doc.updated = args.reserved, tx.now, tx.now
  doc.cells = args.reserved and { 'reserved' } or doc.home
  for _, name in ipairs(doc.cells) do redis.call('ZADD', keys.cell(tx, name), 0, doc.number) end
  number.save(tx, doc)
  redis.call('ZADD', keys.pool(tx), tx.now, doc.sid)
  redis.call('HSET', keys.pns(tx), doc.sid, doc.number)
  redis.call('SADD', keys.own(tx), args.own)
  events.emit(tx, 'number.added', '', { sid = doc.sid, number = doc.number })
  return number.reply(tx, doc)
end
