-- Replaces our text of a notice by the Service's own text.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { key, language (left out: all), fields = { field → value, null removes }, most (fields of the
--         Service; 0: no limit) }
-- Returns: { fields = all of the Service's, one after another } or { error, about }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local json = use('storage.json')
local reply = use('storage.reply')
local versions = use('services.versions')

-- How many fields there are after these are set.
local function count_after(tx, fields)
  local count = redis.call('HLEN', keys.notices(tx))
  for field, given in pairs(fields) do
    if json.without_null(given) then count = count + 1 - redis.call('HEXISTS', keys.notices(tx), field) end
  end
  return count
end

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  if args.most > 0 and count_after(tx, args.fields) > args.most then return reply.error(20001, 'Notices') end
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
