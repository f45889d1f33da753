-- Reserves a number, or lets it be chosen again. Its leases stay.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, reserved (left out: read only) }
-- Returns: { number } or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local number = use('pool.number')

return function(tx, args)
  local doc = number.copy_by_sid(tx, args.sid)
  if not doc then return reply.error(20404) end
  if args.reserved ~= nil and doc.draining then return reply.error(80601) end
  if args.reserved ~= nil and args.reserved ~= doc.reserved then
    number.move(tx, doc, args.reserved and { 'reserved' } or doc.home)
    doc.reserved, doc.updated = args.reserved, tx.now
    number.save(tx, doc)
    events.emit(tx, 'number.updated', '', { sid = doc.sid, reserved = doc.reserved })
  end
  return number.reply(tx, doc)
end
