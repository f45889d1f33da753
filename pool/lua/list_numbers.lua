-- One page of the pool, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')
local number = use('pool.number')

return function(tx, args)
  local found, docs = page.read(keys.pool(tx), args.limit, args.after, args.before), {}
  for n, sid in ipairs(found.members) do
    docs[n] = number.copy_by_sid(tx, sid)
    docs[n].in_use = number.open_sessions(tx, docs[n])
  end
  return page.reply(found, docs)
end
