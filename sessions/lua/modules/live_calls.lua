-- Live calls of a Session, `live` = { { Interaction SID, moment at which the mark ends by itself, the carrier's SID }, … }:
-- while there is one, the ttl does not end the Session.
local live_calls = {}
local lifetime = use('sessions.lifetime')
local session = use('sessions.session')
local LONGEST_SECONDS, GRACE_MS = 14400, 60000

local function remove(s, interaction, now)
  local rest = {}
  for _, call in ipairs(s.live or {}) do
    if call[1] ~= interaction and call[2] > now then table.insert(rest, call) end
  end
  s.live = rest[1] and rest
end

-- The longest that a call may last from `now` on, in seconds. `rules`: the Service's document.
function live_calls.limit(s, rules, now)
  local limit = math.min(LONGEST_SECONDS, rules.call_seconds)
  return s.expiry and math.max(math.min(limit, math.floor((s.expiry - now) / 1000)), 1) or limit
end

-- Returns that limit; the Session is saved by the caller.
function live_calls.begin(s, i, rules, now)
  local limit = live_calls.limit(s, rules, now)
  remove(s, i.sid, now)
  s.live = s.live or {}
  s.live[#s.live + 1] = { i.sid, now + limit * 1000 + GRACE_MS, i.inbound.resource or '' }
  return limit
end

local function find(s, interaction, now)
  for _, call in ipairs(s.live or {}) do
    if call[1] == interaction and call[2] > now then return call end
  end
end

-- The carrier has named a call that was placed.
function live_calls.set_resource(tx, s, interaction, resource)
  local call = find(s, interaction, tx.now)
  if call then
    call[3] = resource
    session.save(tx, s)
  end
end

-- The ttl begins anew when a call ends. An end that is told after the mark has run out brings nothing back.
function live_calls.finish(tx, s, interaction)
  if not find(s, interaction, tx.now) then return end
  remove(s, interaction, tx.now)
  if lifetime.is_active(s) then s.last = tx.now end
  session.save(tx, s)
end

return live_calls
