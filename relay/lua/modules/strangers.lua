-- Whether the sender of an inbound is a stranger: without a Session, now or before, at the number that it came to.
local strangers = {}
local lease = use('pool.lease')
local lease_history = use('pool.lease_history')

-- Returns the SID of the Session in which this person last had the number, or nil.
function strangers.last_session(tx, inbound)
  return lease_history.session_of(tx, inbound.person, inbound.number)
end

function strangers.is_unknown(tx, inbound)
  return not lease.is_held(tx, inbound.person, inbound.number) and not strangers.last_session(tx, inbound)
end

return strangers
