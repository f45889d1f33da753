-- When a Session expires.
local lifetime = {}
local ACTIVE = { open = true, ['in-progress'] = true }

function lifetime.is_active(s)
  return ACTIVE[s.status] == true
end

-- Returns the moment (ms) at which this Session expires, or nil. A date_expiry has priority over the ttl. The ttl does
-- not end while a call is live.
function lifetime.end_of(s)
  if s.expiry then return s.expiry end
  if s.ttl == 0 then return nil end
  local ends = math.max(s.created, s.last or 0, s.reopened or 0) + s.ttl * 1000
  for _, call in ipairs(s.live or {}) do ends = math.max(ends, call[2]) end
  return ends
end

-- Whether it is active although its time is over.
function lifetime.has_expired(s, now)
  local ends = ACTIVE[s.status] and lifetime.end_of(s)
  return ends and ends <= now or false
end

return lifetime
