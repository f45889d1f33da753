-- One page of a Service's Sessions, oldest first. Those whose time is over are closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')
local close = use('sessions.close')
local session = use('sessions.session')

return function(tx, args)
  local found, docs = page.read(keys.sessions(tx), args.limit, args.after, args.before), {}
  for n, sid in ipairs(found.members) do
    docs[n] = session.read(tx, sid)
    close.close_if_expired(tx, docs[n])
  end
  return page.reply(found, docs)
end
