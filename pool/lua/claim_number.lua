#!lua
-- Gives a proxy number to one Service of this account, with what to restore at the carrier when it leaves.
-- KEYS: 1 the account
-- ARGV: 1 JSON { number, route = { service, sid, restore }, keep (true: an earlier restore stays) }
-- Returns: { route } or { error }
-- use: base
local text = redis.call('HGET', K.routes(), args.number)
if text then
  local route = cjson.decode(text)
  if route.service ~= args.route.service then return fail(80601) end
  return cjson.encode({ route = route })
end
redis.call('HSET', K.routes(), args.number, cjson.encode(args.route))
return cjson.encode({ route = args.route })
