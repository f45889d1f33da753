-- Replaces the sealed list of a Service's webhook secrets, if nobody else has changed it meanwhile.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { former (left out or null: there was none), text }
-- Returns: { changed } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local json = use('storage.json')
local reply = use('storage.reply')
local service = use('storage.service')
local versions = use('services.versions')

return function(tx, args)
  local doc = service.copy(tx)
  if not doc then return reply.error(20404) end
  -- The reply of the store may have been lost: the same call again finds its own text.
  if doc.webhook_secrets == args.text then return cjson.encode({ changed = true }) end
  if doc.webhook_secrets ~= json.without_null(args.former) then return cjson.encode({ changed = false }) end
  doc.webhook_secrets = args.text
  redis.call('SET', keys.service(tx), cjson.encode(doc))
  versions.renew(tx)
  events.emit(tx, 'service.secret', '', {})
  return cjson.encode({ changed = true })
end
