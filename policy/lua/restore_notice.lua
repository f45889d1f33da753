-- Removes the Service's own text of a notice, for one language or all, so that our text is used again.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all) }
-- Returns: { fields = all of the Service's, one after another } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local versions = use('services.versions')

-- Whether a field of `notices` has that key and, if one is given, that language.
local function matches(field, wanted_key, wanted_language)
  local key, language = string.match((string.gsub(field, '^voice:', '')), '^([^|]+)|?(.*)$')
  return key == wanted_key and (not wanted_language or language == wanted_language)
end

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local removed = {}
  for _, field in ipairs(redis.call('HKEYS', keys.notices(tx))) do
    if matches(field, args.key, args.language) then removed[#removed + 1] = field end
  end
  if #removed > 0 then
    redis.call('HDEL', keys.notices(tx), unpack(removed))
    versions.renew(tx)
    events.emit(tx, 'service.notices', '', { key = args.key, language = args.language, restored = true })
  end
  return cjson.encode({ fields = redis.call('HGETALL', keys.notices(tx)) })
end
