#!lua
-- Reads one delivery, with the sealed text of what it tells of.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery }
-- Returns: { delivery } or { error }
-- use: delivery
local d = load_delivery(args.delivery)
if not d then return fail(20404) end
local i = d.interaction and redis.call('GET', K.interaction(d.interaction))
d.sealed = i and cjson.decode(i).sealed or nil
return cjson.encode({ delivery = d })
