#!lua
-- Claims what is due of a kind: for a while nobody else tries it.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { kind, room (how many), token, lease_ms, most (tries), keep_ms = { parked } }
-- Returns: { claims }
-- use: claim
local now, svc = clock(), service()
return cjson.encode({ claims = svc and claim_due(args.kind, args.room, now, svc, args.token) or {} })
