-- How a Session ends: every lease of it is released in the same step.
local close = {}
local keys = use('storage.keys')
local events = use('storage.events')
local lease = use('pool.lease')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')
local session = use('sessions.session')

-- Index of whom this person talks with or, if that one has left, talked with last: the lease cools towards all others.
function close.last_partner(s, slot)
  local partner, joined = people.partner(s, slot), s.people[slot].created
  for n = #s.people, 1, -1 do
    local p = s.people[n]
    if not partner and n ~= slot and p.deleted and (n > slot or p.deleted > joined) then partner = p end
  end
  return partner and partner.who
end

-- The carrier's SIDs of calls that go on after the end, or nil; see sessions.live_calls.
local function live_calls(s, now)
  local found = {}
  for _, call in ipairs(s.live or {}) do
    if call[2] > now and call[3] ~= '' then found[#found + 1] = call[3] end
  end
  return found[1] and found
end

-- Ends a Session, which was over at `at` (ms).
function close.close(tx, s, reason, at)
  for _, one in ipairs(people.participants(s)) do
    lease.release(tx, s, one.slot, close.last_partner(s, one.slot))
  end
  s.status, s.reason, s.ended, s.updated = 'closed', reason, at, tx.now
  session.save(tx, s)
  events.emit(tx, 'session.closed', s.sid, { reason = reason, live = live_calls(s, tx.now) }, at)
end

-- Not before its last change: a ttl that is made shorter may be over at once, yet it was not over before.
function close.close_if_over(tx, s)
  if not lifetime.is_over(s, tx.now) then return end
  close.close(tx, s, s.expiry and 'expiry' or 'ttl', math.max(lifetime.end_of(s), s.updated))
end

-- Closes whatever holds a number for this person past its time, so that it is free again before a choice; nothing if they
-- hold more than `most`.
function close.close_over_of(tx, person, most)
  local key = keys.leases(tx, person)
  local held = redis.call('HLEN', key)
  if held == 0 or (most and held > most) then return end
  for _, text in ipairs(redis.call('HVALS', key)) do
    local sid = lease.parse(text)
    local ends = redis.call('ZSCORE', keys.due(tx), sid)
    if ends and tonumber(ends) <= tx.now then close.close_if_over(tx, session.read(tx, sid)) end
  end
end

return close
