#!lua
-- Takes the Service's own words away, for one language or all, so that ours are used again.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all) }
-- Returns: { fields = all of the Service's, one after another } or { error }
-- use: known, emit
local now = clock()
if not service() then return fail(20404) end
local function meant(field)
  local place = string.gsub(field, '^voice:', '')
  local key, language = string.match(place, '^([^|]+)|?(.*)$')
  return key == args.key and (not args.language or language == args.language)
end
local gone = {}
for _, field in ipairs(redis.call('HKEYS', K.notices())) do
  if meant(field) then gone[#gone + 1] = field end
end
if #gone > 0 then
  redis.call('HDEL', K.notices(), unpack(gone))
  renew_version()
  emit(now, 'service.notices', '', { key = args.key, language = args.language, restored = true })
end
return cjson.encode({ fields = redis.call('HGETALL', K.notices()) })
