-- Counts the bytes that clean files take in the store: each file, and all files.
local files = {}
local keys = use('storage.keys')
local MOST_AT_ONCE = 100

function files.drop(tx, file)
  local size = redis.call('HGET', keys.files(tx), file)
  if not size then return end
  redis.call('DEL', keys.file(tx, file))
  redis.call('ZREM', keys.file_ends(tx), file)
  redis.call('HDEL', keys.files(tx), file)
  redis.call('HINCRBY', keys.files(tx), 'all', -size)
end

-- Drops files whose time is over, a limited number in one call.
function files.drop_ended(tx)
  local ended = redis.call('ZRANGEBYSCORE', keys.file_ends(tx), '-inf', tx.now, 'LIMIT', 0, MOST_AT_ONCE)
  for _, file in ipairs(ended) do files.drop(tx, file) end
end

-- Sets the moment (ms) at which a file is dropped.
function files.set_end(tx, file, ends)
  redis.call('ZADD', keys.file_ends(tx), ends, file)
end

-- Takes room for a file of `size` bytes. Returns whether there was enough. `most`: bytes that all files may take
-- together.
function files.take_room(tx, file, size, most)
  if redis.call('HEXISTS', keys.files(tx), file) == 1 then return true end
  local all = tonumber(redis.call('HGET', keys.files(tx), 'all') or 0)
  if all + size > most then return false end
  redis.call('HSET', keys.files(tx), file, size)
  redis.call('HINCRBY', keys.files(tx), 'all', size)
  return true
end

return files
