-- use: session
-- Live calls of a Session, { Interaction SID, moment at which the mark ends by itself, the carrier's SID } each: while
-- there is one, the ttl does not end the Session.
local LONGEST, GRACE_MS = 14400, 60000

local function without(s, interaction, now)
  local rest = {}
  for _, call in ipairs(s.live or {}) do
    if call[1] ~= interaction and call[2] > now then rest[#rest + 1] = call end
  end
  s.live = rest[1] and rest or nil
end

-- The longest that a call may last, in seconds.
local function limit_of(s, svc, now)
  local limit = math.min(LONGEST, svc.call_seconds)
  return s.expiry and math.max(math.min(limit, math.floor((s.expiry - now) / 1000)), 1) or limit
end

-- Returns that limit.
local function begin_call(s, i, svc, now)
  local limit = limit_of(s, svc, now)
  without(s, i.sid, now)
  s.live = s.live or {}
  s.live[#s.live + 1] = { i.sid, now + limit * 1000 + GRACE_MS, i.inbound.resource or '' }
  return limit
end

local function mark_of(s, interaction, now)
  for _, call in ipairs(s.live or {}) do
    if call[1] == interaction and call[2] > now then return call end
  end
end

-- The carrier has named a call that was placed.
local function name_call(s, interaction, resource, now)
  local mark = mark_of(s, interaction, now)
  if not mark then return end
  mark[3] = resource
  save_session(s)
end

-- The ttl begins anew when a call ends. An end that is told after the mark has run out brings nothing back.
local function end_call(s, interaction, now)
  if not mark_of(s, interaction, now) then return end
  without(s, interaction, now)
  if ACTIVE[s.status] then s.last = now end
  save_session(s)
end
