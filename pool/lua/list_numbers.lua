#!lua
-- One page of the pool, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
-- use: page, number
local docs = {}
local members, scores, earlier, later = page(K.pool())
for n, sid in ipairs(members) do
  docs[n] = number_by_sid(sid)
  docs[n].in_use = load_of(docs[n])
end
return paged(members, scores, earlier, later, docs)
