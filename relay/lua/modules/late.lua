-- Messages that are heard of long after they were written (`inbound.late_at`, ms).
local late = {}
local lease_history = use('pool.lease_history')

-- Whether it was written before these two had their numbers. Carriers tell whole seconds: what was written in the second of
-- a join or a re-opening is theirs, unless somebody else had this number, or was there, in that second.
function late.was_for_another(tx, inbound, s, sender, recipient)
  local at, since = inbound.late_at, math.max(sender.created, recipient.created, s.reopened or 0)
  local was = lease_history.read(tx, inbound.person)[inbound.number]
  if since <= at then return false end
  if since >= at + 1000 or was and was.at >= at and was.partner ~= recipient.who then return true end
  for _, p in ipairs(s.people) do
    if p.deleted and p.deleted >= at and p.who ~= sender.who and p.who ~= recipient.who then return true end
  end
  return false
end

return late
