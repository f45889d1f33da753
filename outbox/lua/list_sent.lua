-- Lists the carrier's SIDs of the messages last sent to a Participant of a Session.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant, most }
-- Returns: { resources }
local keys = use('storage.keys')
local interaction = use('sessions.interaction')

return function(tx, args)
  local resources = {}
  for _, sid in ipairs(redis.call('ZRANGE', keys.interactions(tx, args.session), -args.most, -1)) do
    local i = interaction.read(tx, sid)
    local leg = i and i.outbound
    if leg and leg.participant == args.participant then
      for _, part in ipairs(leg.parts or {}) do resources[#resources + 1] = part end
      resources[#resources + 1] = leg.resource
    end
  end
  return cjson.encode({ resources = resources })
end
