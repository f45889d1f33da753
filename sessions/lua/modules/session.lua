-- A Session's document: see sessions.packing.
local session = {}
local keys = use('storage.keys')
local lease = use('pool.lease')
local packing = use('sessions.packing')
local lifetime = use('sessions.lifetime')
local people = use('sessions.people')

-- Returns the SID. `name`: a Session's SID or the hash of its unique name; nil if there is no such name.
function session.sid_of(tx, name)
  if string.match(name, '^KC%x+$') and #name == 34 then return name end
  return redis.call('HGET', keys.names(tx), name) or nil
end

-- Returns the document, or nil.
function session.read(tx, name)
  local sid = session.sid_of(tx, name)
  local packed = sid and redis.call('GET', keys.session(tx, sid))
  if not packed then return nil end
  local s = packing.unpack(packed)
  s.sid = sid
  tx.listed_due[sid] = lifetime.is_active(s) and lifetime.end_of(s) or nil
  return s
end

-- Returns the Session of this person's lease of the number, and the Participant who they are in it; nil if they have no
-- such lease.
function session.read_by_lease(tx, person, number)
  local sid = lease.find(tx, person, number)
  if not sid then return nil end
  local s = session.read(tx, sid)
  return s, people.by_index(s, person)
end

-- Saves the document, and its end in `due` if that has changed.
function session.save(tx, s)
  local ends, listed = lifetime.is_active(s) and lifetime.end_of(s) or nil, tx.listed_due[s.sid]
  if ends and ends ~= listed then redis.call('ZADD', keys.due(tx), ends, s.sid) end
  if listed and not ends then redis.call('ZREM', keys.due(tx), s.sid) end
  tx.listed_due[s.sid] = ends
  redis.call('SET', keys.session(tx, s.sid), packing.pack(s))
end

-- Returns the answer of a function that shows a Session. `text`: its JSON, if the caller has it.
function session.reply(s, text)
  return '{"session":' .. (text or cjson.encode(s)) .. '}'
end

return session
