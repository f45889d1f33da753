#!lua
-- The carrier's SIDs of what was last sent to a Participant of a Session.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant, most }
-- Returns: { resources }
-- use: interaction
local found = {}
for _, sid in ipairs(redis.call('ZRANGE', K.interactions(args.session), -args.most, -1)) do
  local i = load_interaction(sid)
  local leg = i and i.outbound
  if leg and leg.participant == args.participant then
    for _, sid in ipairs(leg.parts or {}) do found[#found + 1] = sid end
    found[#found + 1] = leg.resource
  end
end
return cjson.encode({ resources = found })
