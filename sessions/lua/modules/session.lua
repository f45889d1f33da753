-- A Session's document: see sessions.packing.
local session = {}
local keys = use('storage.keys')
local session_text = use('storage.session_text')
local lease = use('pool.lease')
local packing = use('sessions.packing')
local due = use('sessions.due')
local people = use('sessions.people')

-- Returns the SID. `name`: a Session's SID or the hash of its unique name; nil if there is no such name.
function session.sid_of(tx, name)
  if string.match(name, '^KC%x+$') and #name == 34 then return name end
  return redis.call('HGET', keys.names(tx), name) or nil
end

-- A text in a Session does not write its document again: the newest Interaction tells when it was used last.
local function last_use(tx, sid, s)
  local newest = s.started and redis.call('ZRANGE', keys.interactions(tx, sid), -1, -1, 'WITHSCORES')
  local at = newest and tonumber(newest[2])
  return at and math.max(s.last or 0, at) or s.last
end

-- Returns the document, or nil.
function session.read(tx, name)
  local sid = session.sid_of(tx, name)
  local packed = sid and session_text.read(tx, sid)
  if not packed then return nil end
  local s = packing.unpack(packed)
  s.sid, s.last = sid, last_use(tx, sid, s)
  due.note_read(tx, s)
  return s
end

-- Returns the Session of this person's lease of the number, and who they are in it; nil if they have no such lease.
function session.read_by_lease(tx, person, number)
  local sid = lease.find(tx, person, number)
  if not sid then return nil end
  local s = session.read(tx, sid)
  return s, people.by_index(s, person)
end

-- Saves the document, and its end in `due`.
function session.save(tx, s)
  due.list(tx, s)
  session_text.save(tx, s.sid, packing.pack(s))
end

-- Notes that `s` was used. `is_new_text`: the last use is that of its newest Interaction, so the document can stay.
function session.note_use(tx, s, is_new_text)
  local stays = is_new_text and s.status == 'in-progress' and s.started
  s.status, s.last, s.started = 'in-progress', tx.now, s.started or tx.now
  if stays then due.list(tx, s) else session.save(tx, s) end
end

-- Returns the answer of a function that shows a Session.
function session.reply(s)
  return cjson.encode({ session = s })
end

return session
