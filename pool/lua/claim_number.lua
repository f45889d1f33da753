-- Claims a proxy number for one Service of this account, and keeps the carrier settings to restore when it leaves.
-- KEYS: 1 the account
-- ARGV: 1 JSON { number, route = { service, sid, restore } }: an earlier `restore` stays
-- Returns: { route } or { error }
local keys = use('storage.keys')
local reply = use('storage.reply')

return function(tx, args)
  local text = redis.call('HGET', keys.routes(tx), args.number)
  if text then
    local route = cjson.decode(text)
    if route.service ~= args.route.service then return reply.error(80601) end
    return cjson.encode({ route = route })
  end
  redis.call('HSET', keys.routes(tx), args.number, cjson.encode(args.route))
  return cjson.encode({ route = args.route })
end
