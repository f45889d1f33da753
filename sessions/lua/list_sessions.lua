-- One page of a Service's Sessions, oldest first. Those whose time is over are closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { limit, after or before = { ms, number }: see sessions.listing }
-- Returns: { docs, previous, next }
local close = use('sessions.close')
local listing = use('sessions.listing')
local session = use('sessions.session')

return function(tx, args)
  local docs = {}
  local found, previous, following = listing.page(tx, args.limit, args.after, args.before)
  for n, sid in ipairs(found) do
    docs[n] = session.read(tx, sid)
    close.close_if_expired(tx, docs[n])
  end
  return cjson.encode({ docs = docs, previous = previous, next = following })
end
