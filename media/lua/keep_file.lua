#!lua
-- Makes room for a file, or keeps one that is there for longer. What has ended makes room first.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { file, size (bytes; of a new one), ends (ms), most (bytes of all files together) }
-- Returns: { kept }
-- use: base, moment, files
local now = moment()
drop_ended(now)
if not args.size then
  local there = redis.call('PEXPIRE', K.file(args.file), math.max(args.ends - now, 1)) == 1
  if there then redis.call('ZADD', K.file_ends(), args.ends, args.file) end
  return cjson.encode({ kept = there })
end
if redis.call('HEXISTS', K.files(), args.file) == 0 then
  local all = tonumber(redis.call('HGET', K.files(), 'all') or 0)
  if all + args.size > args.most then return cjson.encode({ kept = false }) end
  redis.call('HSET', K.files(), args.file, args.size)
  redis.call('HINCRBY', K.files(), 'all', args.size)
end
redis.call('ZADD', K.file_ends(), args.ends, args.file)
return cjson.encode({ kept = true })
