-- use: base
-- What Python knows of a Service beforehand is of one version: whatever changes any of it gives it another. That is a
-- random word and no count: a failover loses the last changes, and the next would have the same count.
local function all_known()
  local lists = redis.call('HGETALL', K.content_lists())
  return { version = version, service = service(), notices = redis.call('HGETALL', K.notices()), content = lists }
end

-- The answer if Python went by another version (args.version, if it did at all), or nil. Goes before any write.
local function outdated()
  if args.version and args.version ~= version then return cjson.encode({ stale = all_known() }) end
end

local function renew_version()
  redis.call('HSET', K.clock(), 'v', args.random)
end
