-- Live calls of a Session, `live` = { { Interaction SID, moment at which this entry becomes invalid, the carrier's SID
-- }, … }. The ttl does not end a Session that has a valid entry.
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

-- Returns how long a call that begins `now` may last, in seconds. `rules`: the Service's document.
function live_calls.limit(s, rules, now)
  local limit = math.min(LONGEST_SECONDS, rules.call_seconds)
  return s.expiry and math.max(math.min(limit, math.floor((s.expiry - now) / 1000)), 1) or limit
end

-- Adds the call `i`. The caller saves the Session. Returns the limit (see above).
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

-- Notes the carrier's SID of a placed call.
function live_calls.set_resource(tx, s, interaction, resource)
  local call = find(s, interaction, tx.now)
  if call then
    call[3] = resource
    session.save(tx, s)
  end
end

-- The ttl begins again when a call ends. If the entry is no longer valid, a report of the end changes nothing.
function live_calls.finish(tx, s, interaction)
  if not find(s, interaction, tx.now) then return end
  remove(s, interaction, tx.now)
  if lifetime.is_active(s) then s.last = tx.now end
  session.save(tx, s)
end

return live_calls
