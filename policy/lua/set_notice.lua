#!lua
-- Puts the Service's own words in the place of one of our sentences.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all), fields = { field → value, null removes } }
-- Returns: { fields = all of the Service's, one after another } or { error }
-- use: known, emit
local now = clock()
if not service() then return fail(20404) end
local changed = false
for field, value in pairs(args.fields) do
  changed = changed or (redis.call('HGET', K.notices(), field) or nil) ~= given(value)
  if given(value) then
    redis.call('HSET', K.notices(), field, value)
  else
    redis.call('HDEL', K.notices(), field)
  end
end
if changed then
  renew_version()
  emit(now, 'service.notices', '', { key = args.key, language = args.language, fields = args.fields })
end
return cjson.encode({ fields = redis.call('HGETALL', K.notices()) })
