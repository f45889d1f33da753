-- Closes Sessions: all leases of a Session are released in the same step.
local close = {}
local keys = use('storage.keys')
local events = use('storage.events')
local lease = use('pool.lease')
local lease_table = use('pool.lease_table')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

-- Returns the carrier's SIDs of calls that are still live, or nil; see sessions.live_calls.
local function live_call_sids(s, now)
  local sids = {}
  for _, call in ipairs(s.live or {}) do
    if call[2] > now and call[3] ~= '' then sids[#sids + 1] = call[3] end
  end
  return sids[1] and sids
end

-- Closes a Session. `at`: when it ended (ms).
function close.close(tx, s, reason, at)
  for _, p in ipairs(s.people) do lease.release(tx, s, p, people.last_partner(s, p)) end
  s.status, s.reason, s.ended, s.updated = 'closed', reason, at, tx.now
  session.save(tx, s)
  events.emit(tx, 'session.closed', s.sid, { reason = reason, live = live_call_sids(s, tx.now) }, at)
end

-- Closes a Session whose time is over. It never ends before its last change: a ttl that was made shorter may be over at
-- once, but not earlier.
function close.close_if_expired(tx, s)
  if not lifetime.has_expired(s, tx.now) then return end
  close.close(tx, s, s.expiry and 'expiry' or 'ttl', math.max(lifetime.end_of(s), s.updated))
end

-- Closes the expired Sessions of this person, so that their numbers can be chosen again. Does nothing if the person has
-- more leases than `most`.
function close.close_expired_of(tx, person, most)
  local count = lease_table.count(tx, person)
  if count == 0 or most and count > most then return end
  for _, sid in pairs(lease_table.all(tx, person)) do
    local ends = redis.call('ZSCORE', keys.due(tx), sid)
    if ends and tonumber(ends) <= tx.now then close.close_if_expired(tx, session.read(tx, sid)) end
  end
end

return close
