#!lua
-- One page of what waits to be sent, is held for the day, or was given up, by its moment.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { state = waiting | held | parked, limit, after or before = { score, member } }
-- Returns: { members, docs = { { entry, session, participant } }, previous, next }
-- use: page, outbox
local docs = {}
local lists = { waiting = K.queued(), held = K.held(), parked = K.parked() }
local members, scores, earlier, later = page(lists[args.state])
for _, sid in ipairs(members) do
  local i = load_interaction(sid)
  docs[#docs + 1] = {
    entry = load_entry(sid), session = i and i.session, participant = i and i.outbound.participant, segments = i and i.segments,
  }
end
return paged(members, scores, earlier, later, docs)
