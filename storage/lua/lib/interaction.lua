-- use: base, session
-- An Interaction's document, and what it does to its Session's clock.
local function load_interaction(sid)
  local text = redis.call('GET', K.interaction(sid))
  if not text then return nil end
  local i = cjson.decode(text)
  i.sid = sid
  return i
end

local function save_interaction(i)
  local sid = i.sid
  i.sid = nil
  redis.call('SET', K.interaction(sid), cjson.encode(i))
  i.sid = sid
end

local function record(s, i, now)
  i.session, i.created, i.updated = s.sid, now, now
  save_interaction(i)
  redis.call('ZADD', K.interactions(s.sid), now, i.sid)
  s.status, s.last, s.started = 'in-progress', now, s.started or now
  save_session(s)
end
