#!lua
-- One page of a Session's Interactions, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next } or { error }
-- use: page, interaction
local sid, docs = sid_of(args.session), {}
if not sid or redis.call('EXISTS', K.session(sid)) == 0 then return fail(20404) end
local members, scores, earlier, later = page(K.interactions(sid))
for n, ki in ipairs(members) do docs[n] = load_interaction(ki) end
return paged(members, scores, earlier, later, docs)
