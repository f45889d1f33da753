#!lua
-- Hands a part of the account's day's worth of segments to one of its Services; for the same token the same part.
-- KEYS: 1 the account
-- ARGV: 1 JSON { service, token, need, chunk (that much if there is), most (a day) }
-- Returns: { day (days since 1970, UTC), segments }
-- use: base, moment
local DAY_MS, KEEP_SECONDS = 86400000, 172800
local today, key = math.floor(moment() / DAY_MS), K.segments()
local day, given, last = unpack(redis.call('HMGET', key, 'day', 'given', args.service))
given = tonumber(day) == today and tonumber(given) or 0
local token, before = string.match(last or '', '^(.*)|(%d+)$')
local granted = tonumber(before)
if token ~= today .. args.token then
  granted = math.max(0, math.min(math.max(args.need, args.chunk), args.most - given))
  redis.call('HSET', key, 'day', today, 'given', given + granted, args.service, today .. args.token .. '|' .. granted)
  redis.call('EXPIRE', key, KEEP_SECONDS)
end
return cjson.encode({ day = today, segments = granted })
