-- Sets the list of what the content policy allows, and a Service's own word lists.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { fields = { allowed | words:<language> → sealed }, gone = fields to remove, most = lists }
-- Returns: { done } or { full } (there would be too many lists) or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local versions = use('services.versions')

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local key, names = keys.content_lists(tx), {}
  local lists = redis.call('HLEN', key) - redis.call('HEXISTS', key, 'allowed')
  for field in pairs(args.fields) do
    if field ~= 'allowed' then lists = lists + 1 - redis.call('HEXISTS', key, field) end
    names[#names + 1] = field
  end
  if lists > args.most then return cjson.encode({ full = true }) end
  for field, sealed in pairs(args.fields) do redis.call('HSET', key, field, sealed) end
  for _, field in ipairs(args.gone) do
    redis.call('HDEL', key, field)
    names[#names + 1] = field
  end
  versions.renew(tx)
  -- The event has the lists' names only: an allowed value may be a person's number.
  events.emit(tx, 'service.content_lists', '', { changed = names })
  return cjson.encode({ done = true })
end
