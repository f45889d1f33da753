-- Drains a number: it is not chosen any more. Its leases end with their Sessions, and it stays in the list until then.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid }
-- Returns: { number } (in_use 0: it may be given back now) or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local number = use('pool.number')

return function(tx, args)
  local doc = number.copy_by_sid(tx, args.sid)
  if not doc then return reply.error(20404) end
  if doc.draining then return number.reply(tx, doc) end
  number.move(tx, doc, { 'draining' })
  doc.draining, doc.updated = true, tx.now
  number.save(tx, doc)
  events.emit(tx, 'number.draining', '', { sid = doc.sid, number = doc.number })
  return number.reply(tx, doc)
end
