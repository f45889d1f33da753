-- One page of an account's Services, oldest first.
-- KEYS: 1 the account
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')

return function(tx, args)
  return page.reply(page.read(keys.services(tx), args.limit, args.after, args.before))
end
