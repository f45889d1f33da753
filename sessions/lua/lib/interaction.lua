-- use: base, session
-- An Interaction's document, and what it does to its Session's clock.
local function load_interaction(sid)
  local text = redis.call('GET', K.interaction(sid))
  if not text then return nil end
  local i = cjson.decode(text)
  i.sid = sid
  return i
end

-- Returns the document's JSON, with its SID, as events carry it.
local function save_interaction(i)
  local sid = i.sid
  i.sid = nil
  local text = cjson.encode(i)
  redis.call('SET', K.interaction(sid), text)
  i.sid = sid
  return '{"sid":"' .. sid .. '",' .. string.sub(text, 2)
end

-- A new one, or one that an answer of the customer's app moves to another Session.
local function record(s, i, now)
  if i.session and i.session ~= s.sid then redis.call('ZREM', K.interactions(i.session), i.sid) end
  if i.session ~= s.sid then redis.call('ZADD', K.interactions(s.sid), i.created or now, i.sid) end
  i.session, i.created, i.updated = s.sid, i.created or now, now
  local text = save_interaction(i)
  s.status, s.last, s.started = 'in-progress', now, s.started or now
  save_session(s)
  return text
end
