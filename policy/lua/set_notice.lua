-- Replaces our text of a notice by the Service's own text.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all), fields = { field → value, null removes } }
-- Returns: { fields = all of the Service's, one after another } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local json = use('storage.json')
local reply = use('storage.reply')
local versions = use('services.versions')

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local changed = false
  for field, given in pairs(args.fields) do
    local value = json.without_null(given)
    changed = changed or (redis.call('HGET', keys.notices(tx), field) or nil) ~= value
    if value then
      redis.call('HSET', keys.notices(tx), field, value)
    else
      redis.call('HDEL', keys.notices(tx), field)
    end
  end
  if changed then
    versions.renew(tx)
    events.emit(tx, 'service.notices', '', { key = args.key, language = args.language, fields = args.fields })
  end
  return cjson.encode({ fields = redis.call('HGETALL', keys.notices(tx)) })
end
