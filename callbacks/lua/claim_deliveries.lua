-- Claims due deliveries of a kind: until the lease ends nobody else tries them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { kind, room (how many), token, lease_ms, most (tries), keep_ms = { parked } }
-- Returns: { claims }
local service = use('storage.service')
local claim = use('callbacks.claim')

return function(tx, args)
  local rules = service.read(tx)
  local limits = { lease_ms = args.lease_ms, most = args.most, keep_ms = args.keep_ms }
  return cjson.encode({ claims = rules and claim.due(tx, args.kind, args.room, rules, args.token, limits) or {} })
end
