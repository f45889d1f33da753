-- use: base, emit, session, lease
-- Whom this person talks with or, if that one has left, talked with last: the lease cools towards all others.
local function met(s, slot)
  local partner, joined = partner_of(s, slot), s.people[slot].created
  for n = #s.people, 1, -1 do
    local p = s.people[n]
    if not partner and n ~= slot and p.deleted and (n > slot or p.deleted > joined) then partner = p end
  end
  return partner
end

-- The carrier's SIDs of calls that go on after the end, or nil.
local function live_calls(s, now)
  local found = {}
  for _, call in ipairs(s.live or {}) do
    if call[2] > now and call[3] ~= '' then found[#found + 1] = call[3] end
  end
  return found[1] and found
end

-- Ends a Session, which was over at `at`: every lease of it is released in the same step.
local function close_session(s, reason, at, now)
  for _, one in ipairs(active(s)) do release(s, one.slot, met(s, one.slot), now) end
  s.status, s.reason, s.ended, s.updated = 'closed', reason, at, now
  save_session(s)
  emit(now, 'session.closed', s.sid, { reason = reason, live = live_calls(s, now) }, at)
end

-- Not before its last change: a ttl that is made shorter may be over at once, yet it was not over before.
local function close_if_due(s, now)
  if is_due(s, now) then close_session(s, s.expiry and 'expiry' or 'ttl', math.max(due_of(s), s.updated), now) end
end

-- Closes whatever holds a number for this person past its time, so that it is free again before a choice.
local function expire_person(who, now, most)
  local key = K.leases(who)
  local held = redis.call('HLEN', key)
  if held == 0 or (most and held > most) then return end
  for _, route in ipairs(redis.call('HVALS', key)) do
    local sid = end_of(route)
    local due = redis.call('ZSCORE', K.due(), sid)
    if due and tonumber(due) <= now then close_if_due(load_session(sid), now) end
  end
end
