-- A Session's document: see sessions.packing.
local session = {}
local keys = use('storage.keys')
local lease = use('pool.lease')
local packing = use('sessions.packing')
local lifetime = use('sessions.lifetime')

-- A Session is named by its SID or by its unique name; nil if there is no such name.
function session.sid_of(tx, name)
  if string.match(name, '^KC%x+$') and #name == 34 then return name end
  return redis.call('HGET', keys.names(tx), name) or nil
end

-- The document, or nil.
function session.read(tx, name)
  local sid = session.sid_of(tx, name)
  local packed = sid and redis.call('GET', keys.session(tx, sid))
  if not packed then return nil end
  local s = packing.unpack(packed)
  s.sid = sid
  tx.listed_due[sid] = lifetime.is_active(s) and lifetime.end_of(s) or nil
  return s
end

-- The one that this person's lease of the number leads to, and their slot; nil if they have none.
function session.read_by_lease(tx, person, number)
  local sid, slot = lease.find(tx, person, number)
  if sid then return session.read(tx, sid), slot end
end

-- With its place in `due`, which is written only if it is another.
function session.save(tx, s)
  local ends, listed = lifetime.is_active(s) and lifetime.end_of(s) or nil, tx.listed_due[s.sid]
  if ends and ends ~= listed then redis.call('ZADD', keys.due(tx), ends, s.sid) end
  if listed and not ends then redis.call('ZREM', keys.due(tx), s.sid) end
  tx.listed_due[s.sid] = ends
  redis.call('SET', keys.session(tx, s.sid), packing.pack(s))
end

-- The answer of a function that shows one; `text` is its JSON if there is one already.
function session.reply(s, text)
  return '{"session":' .. (text or cjson.encode(s)) .. '}'
end

return session
