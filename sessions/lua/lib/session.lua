-- use: base, pack, due
-- Reads and writes a Session's document. A Session is named by its SID or by its unique name.
local function sid_of(ref)
  if string.match(ref, '^KC%x+$') and #ref == 34 then return ref end
  return redis.call('HGET', K.names(), ref)
end

-- Where a Session that was read stands in `due`, so that what stays is not written again.
local stood = {}

local function load_session(ref)
  local sid = sid_of(ref)
  local packed = sid and redis.call('GET', K.session(sid))
  if not packed then return nil end
  local s = unpacked(packed)
  s.sid = sid
  stood[sid] = ACTIVE[s.status] and due_of(s) or nil
  return s
end

local function save_session(s)
  local due = ACTIVE[s.status] and due_of(s) or nil
  if due and due ~= stood[s.sid] then redis.call('ZADD', K.due(), due, s.sid) end
  if stood[s.sid] and not due then redis.call('ZREM', K.due(), s.sid) end
  stood[s.sid] = due
  redis.call('SET', K.session(s.sid), packed(s))
end

local function active(s)
  local found = {}
  for slot, p in ipairs(s.people) do
    if not p.deleted then found[#found + 1] = { slot = slot, p = p } end
  end
  return found
end

local function participant_of(s, sid)
  for _, p in ipairs(s.people) do
    if p.sid == sid and not p.deleted then return p end
  end
end

local function partner_of(s, slot)
  for _, other in ipairs(active(s)) do
    if other.slot ~= slot then return other.p end
  end
end

-- What the API shows of a Session; `text` is its JSON if there is one already.
local function shown(s, text)
  return '{"session":' .. (text or cjson.encode(s)) .. '}'
end
