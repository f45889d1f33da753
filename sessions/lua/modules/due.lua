-- The set `due` lists active Sessions by the moment at which they end. A text moves that moment; the Session then stays
-- listed by the earlier one, and whoever meets it there lists it anew. It is never listed by a later one.
local due = {}
local keys = use('storage.keys')
local service = use('storage.service')
local lifetime = use('sessions.lifetime')

local function end_of(s)
  return lifetime.is_active(s) and lifetime.end_of(s) or nil
end

-- Remembers the end of a Session as it was read, so that list knows whether it has changed.
function due.note_read(tx, s)
  tx.listed_due[s.sid] = end_of(s)
end

-- Whether a Session that ends later has to be listed anew at once: if the app is told of each end before it comes.
local function are_ends_told(tx)
  local rules = service.read(tx)
  return not rules or rules.expiring_seconds > 0
end

-- Lists the Session if its end has changed.
function due.list(tx, s)
  local ends, listed = end_of(s), tx.listed_due[s.sid]
  local is_later = ends and listed and ends > listed
  if ends and ends ~= listed and (not is_later or are_ends_told(tx)) then redis.call('ZADD', keys.due(tx), ends, s.sid) end
  if listed and not ends then redis.call('ZREM', keys.due(tx), s.sid) end
  tx.listed_due[s.sid] = ends
end

-- Lists a Session anew that was met at the moment `listed`. `s`: its document, or nil if there is none. Returns whether it
-- was listed by another moment than its end.
function due.correct(tx, sid, s, listed)
  local ends = s and end_of(s)
  if ends == listed then return false end
  if ends then redis.call('ZADD', keys.due(tx), ends, sid) else redis.call('ZREM', keys.due(tx), sid) end
  return true
end

return due
