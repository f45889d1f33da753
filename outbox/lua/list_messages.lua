#!lua
-- One page of what the app itself sent to a Participant, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { participant, limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
-- use: page, interaction
local docs = {}
local members, scores, earlier, later = page(K.sent(args.participant))
for _, sid in ipairs(members) do docs[#docs + 1] = load_interaction(sid) end
return paged(members, scores, earlier, later, docs)
