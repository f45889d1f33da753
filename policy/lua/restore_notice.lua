-- Takes the Service's own words away, for one language or all, so that ours are used again.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all) }
-- Returns: { fields = all of the Service's, one after another } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local versions = use('services.versions')

-- Whether a field of `notices` is of that key and, if it is given, that language.
local function is_meant(field, wanted_key, wanted_language)
  local key, language = string.match((string.gsub(field, '^voice:', '')), '^([^|]+)|?(.*)$')
  return key == wanted_key and (not wanted_language or language == wanted_language)
end

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local gone = {}
  for _, field in ipairs(redis.call('HKEYS', keys.notices(tx))) do
    if is_meant(field, args.key, args.language) then gone[#gone + 1] = field end
  end
  if #gone > 0 then
    redis.call('HDEL', keys.notices(tx), unpack(gone))
    versions.renew(tx)
    events.emit(tx, 'service.notices', '', { key = args.key, language = args.language, restored = true })
  end
  return cjson.encode({ fields = redis.call('HGETALL', keys.notices(tx)) })
end
