-- One page of a Service's deliveries, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { state (or all), limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')
local delivery = use('callbacks.delivery')

return function(tx, args)
  local docs = {}
  local found = page.read(keys.deliveries(tx, args.state), args.limit, args.after, args.before)
  for _, sid in ipairs(found.members) do docs[#docs + 1] = delivery.read(tx, sid) end
  return page.reply(found, docs)
end
