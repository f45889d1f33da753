-- Claims a proxy number for one Service of the installation, and keeps the carrier settings to restore when it leaves.
-- KEYS: 1 the carrier's account
-- ARGV: 1 JSON { number, claim = { account, service, sid, restore, at } }: an earlier claim of the Service stays
-- Returns: { claim } or { error }
local keys = use('storage.keys')
local reply = use('storage.reply')

return function(tx, args)
  local text = redis.call('HGET', keys.number_claims(tx), args.number)
  if text then
    local claim = cjson.decode(text)
    if claim.service ~= args.claim.service then return reply.error(80601) end
    return cjson.encode({ claim = claim })
  end
  redis.call('HSET', keys.number_claims(tx), args.number, cjson.encode(args.claim))
  return cjson.encode({ claim = args.claim })
end
