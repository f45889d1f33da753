-- Creates a Service (repeating it changes nothing), or changes the given fields of one.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { create = whole document } or { change = fields, null clears }
-- Returns: { service } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local json = use('storage.json')
local reply = use('storage.reply')
local service = use('storage.service')
local versions = use('services.versions')

-- Sets the cursor of callbacks in the stream. Events from before anybody wanted to receive them are skipped.
local function set_cursor(tx, doc)
  if json.without_null(doc.callback_url) or json.without_null(doc.events_url) or doc.end_calls == true then
    redis.call('HSETNX', keys.clock(tx), 'c', redis.call('XREVRANGE', keys.events(tx), '+', '-', 'COUNT', 1)[1][1])
  else
    redis.call('HDEL', keys.clock(tx), 'c')
  end
  if not json.without_null(doc.events_url) or doc.expiring_seconds == 0 then
    redis.call('HDEL', keys.clock(tx), 'w', 'wm')
  end
end

return function(tx, args)
  local doc, change = service.copy(tx), args.change or {}
  if args.create and doc then return cjson.encode({ service = doc }) end
  if not args.create and not doc then return reply.error(20404) end
  doc = doc or args.create
  doc.created = doc.created or tx.now
  for field, value in pairs(change) do doc[field] = value end
  doc.updated = tx.now
  redis.call('SET', keys.service(tx), cjson.encode(doc))
  versions.renew(tx)
  -- Make all held messages due, so that they are checked against the new quiet hours.
  for field in pairs(change) do
    if string.find(field, '^quiet_hours') then
      redis.call('ZUNIONSTORE', keys.held(tx), 1, keys.held(tx), 'WEIGHTS', 0)
    end
  end
  if redis.call('HSETNX', keys.clock(tx), 'e', 1) == 1 then tx.epoch = '1' end
  events.emit(tx, args.create and 'service.created' or 'service.updated', '', doc)
  set_cursor(tx, doc)
  return cjson.encode({ service = doc })
end
