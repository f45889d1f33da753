-- use: base, session
-- An Interaction's document, and what it does to its Session's clock.
local function load_interaction(sid)
  local text = redis.call('GET', K.interaction(sid))
  if not text then return nil end
  local i = cjson.decode(text)
  i.sid = sid
  return i
end

-- Returns the document's JSON.
local function save_interaction(i)
  local sid = i.sid
  i.sid = nil
  local text = cjson.encode(i)
  redis.call('SET', K.interaction(sid), text)
  i.sid = sid
  return text
end

local function record(s, i, now)
  i.session, i.created, i.updated = s.sid, now, now
  local text = save_interaction(i)
  redis.call('ZADD', K.interactions(s.sid), now, i.sid)
  s.status, s.last, s.started = 'in-progress', now, s.started or now
  save_session(s)
  return '{"sid":"' .. i.sid .. '",' .. string.sub(text, 2)
end
