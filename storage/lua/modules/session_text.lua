-- A Session's document as text. Those whose SIDs begin with the same two digits are in one hash: a key of its own for
-- each would take another 60 bytes.
local session_text = {}
local keys = use('storage.keys')

local function place(tx, sid)
  return keys.session(tx, string.sub(sid, 3, 4)), string.sub(sid, 5)
end

function session_text.exists(tx, sid)
  return redis.call('HEXISTS', place(tx, sid)) == 1
end

-- Returns the text, or nil.
function session_text.read(tx, sid)
  return redis.call('HGET', place(tx, sid)) or nil
end

function session_text.save(tx, sid, text)
  local key, field = place(tx, sid)
  redis.call('HSET', key, field, text)
end

function session_text.delete(tx, sid)
  redis.call('HDEL', place(tx, sid))
end

return session_text
