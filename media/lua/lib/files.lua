-- use: base
-- The room that clean files take in the store, in bytes: of each, and of all.
local MOST_AT_ONCE = 100

local function drop_file(file)
  local size = redis.call('HGET', K.files(), file)
  if not size then return end
  redis.call('DEL', K.file(file))
  redis.call('ZREM', K.file_ends(), file)
  redis.call('HDEL', K.files(), file)
  redis.call('HINCRBY', K.files(), 'all', -size)
end

local function drop_ended(now)
  local ended = redis.call('ZRANGEBYSCORE', K.file_ends(), '-inf', now, 'LIMIT', 0, MOST_AT_ONCE)
  for _, file in ipairs(ended) do drop_file(file) end
end
