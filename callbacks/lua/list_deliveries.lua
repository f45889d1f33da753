#!lua
-- One page of a Service's deliveries, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { state (or all), limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
-- use: page, delivery
local docs = {}
local members, scores, earlier, later = page(K.deliveries(args.state))
for _, sid in ipairs(members) do docs[#docs + 1] = load_delivery(sid) end
return paged(members, scores, earlier, later, docs)
