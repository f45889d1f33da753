-- Messages that reach us long after they were written. `inbound.late_at` is when they were written (ms).
local late = {}
local lease_history = use('pool.lease_history')

-- Whether it was written to somebody else, before these two people had their numbers. Carriers report whole seconds: a
-- message of the same second as a join or a re-opening counts as written to the recipient, unless until that
-- second the sender used the number with somebody else, or another Participant was still in the Session.
function late.was_for_another(tx, inbound, s, sender, recipient)
  local at, since = inbound.late_at, math.max(sender.created, recipient.created, s.reopened or 0)
  local last_lease = lease_history.read(tx, inbound.person)[inbound.number]
  if since <= at then return false end
  if since >= at + 1000 or last_lease and last_lease.at >= at and last_lease.partner ~= recipient.who then
    return true
  end
  return s.left_at ~= nil and s.left_at >= at
end

return late
