#!lua
-- The first leg of a placed call was answered: whom to bridge it to, decided now and then the same for every repeat.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid (carrier SID and stage), resource (carrier SID), interaction, window_ms }
-- Returns: as accept.lua (also { stale }), never `deciding` or `answered`; `mine` = language of the one who is on the line
-- use: close, interaction, inbound, statuses, blocks, known
local now, svc = clock(), service()
local stale = outdated()
if stale then return stale end
local i = svc and load_interaction(args.interaction)
if not i or not i.placed then return fail(20404) end
local before = recall(now)
if before then return before end
i.inbound.resource = i.inbound.resource or args.resource
if i.inbound.resource ~= args.resource then return fail(20404) end

local s, way, mine = load_session(i.session), nil, nil
close_if_due(s, now)
-- What had ended before it was heard of stays ended.
local open = ACTIVE[s.status] and not is_last('voice', i.inbound.state)
for slot, p in ipairs(s.people) do
  if p.sid == i.inbound.participant then
    mine = p.lang
    if open and not p.deleted then way = { s = s, sender = p, recipient = partner_of(s, slot) } end
  end
end
local stop = way and way.recipient and blocked(way.sender.who, way.sender.number, s, way.recipient)
if not way or not way.recipient or stop then
  return remember(now, { outcome = 'refused', reason = stop and 'blocked' or 'closed', say = 'unavailable', mine = mine })
end
local outcome = lead_on(way, i, svc, now)
outcome.mine, i.connected = mine, true
move_on('voice', i.inbound, 'in-progress')
i.inbound.status = i.inbound.state
emit(now, 'interaction.updated', s.sid, record(s, i, now))
return remember(now, outcome)
