-- When an Interaction that is not settled is looked for in the carrier's lists.
local next_look = {}
local live_calls = use('sessions.live_calls')
local SENT_MS, FORGET_MS, WEEK_MS, AFTER_CALL_MS = 480000, 43200000, 604800000, 60000

-- While both people talk, nothing is looked for before the longest duration of the call is over.
local function of_call(i, s, rules, now)
  local is_talking = i.outbound.state == 'in-progress' and (not i.placed or i.inbound.state == 'in-progress')
  if not is_talking then return now end
  return i.updated + live_calls.limit(s, rules, i.updated) * 1000 + AFTER_CALL_MS
end

-- Returns the moment (ms) of the next look; nil: no more reports will come. `rules`: the Service's document.
function next_look.at(i, s, rules, now)
  if now - i.created > WEEK_MS then return nil end
  local is_known = i.outbound.resource and (not i.placed or i.inbound.resource)
  if not is_known then return now end
  if i.type == 'voice' then return of_call(i, s, rules, now) end
  if now - i.created > FORGET_MS then return nil end
  return i.outbound.state == 'sent' and i.created + SENT_MS or now
end

return next_look
