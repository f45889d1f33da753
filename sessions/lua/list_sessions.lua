#!lua
-- One page of a Service's Sessions, oldest first; those past their time are shown closed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
-- use: page, close
local now, docs = clock(), {}
local members, scores, earlier, later = page(K.sessions())
for n, sid in ipairs(members) do
  local s = load_session(sid)
  close_if_due(s, now)
  docs[n] = s
end
return paged(members, scores, earlier, later, docs)
