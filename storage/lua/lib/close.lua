-- use: base, emit, session, lease
-- Ends a Session: every lease of it is released in the same step.
local function close_session(s, reason, at, now)
  local people = active(s)
  for n, one in ipairs(people) do
    local other = people[3 - n]
    release(s, one.slot, other and other.p, now)
  end
  s.status, s.reason, s.ended, s.updated = 'closed', reason, at, now
  save_session(s)
  emit(now, 'session.closed', s.sid, { reason = reason })
end

local function close_if_due(s, now)
  if is_due(s, now) then close_session(s, s.expiry and 'expiry' or 'ttl', due_of(s), now) end
end

-- Closes whatever holds a number for this person past its time, so that it is free again before a choice.
local function expire_person(who, now, most)
  local key = K.leases(who)
  if most and redis.call('HLEN', key) > most then return end
  for _, route in ipairs(redis.call('HVALS', key)) do
    local s = load_session(string.sub(route, 1, 34))
    if s then close_if_due(s, now) end
  end
end
