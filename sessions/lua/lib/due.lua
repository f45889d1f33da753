-- When a Session ends by itself.
local ACTIVE = { open = true, ['in-progress'] = true }

-- The moment this Session ends by itself, or nil. A date_expiry wins over the ttl, which no live call lets run out.
local function due_of(s)
  if s.expiry then return s.expiry end
  if s.ttl == 0 then return nil end
  local due = math.max(s.created, s.last or 0, s.reopened or 0) + s.ttl * 1000
  for _, call in ipairs(s.live or {}) do due = math.max(due, call[2]) end
  return due
end

local function is_due(s, now)
  local due = ACTIVE[s.status] and due_of(s)
  return due and due <= now
end
