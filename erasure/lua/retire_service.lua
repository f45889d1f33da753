-- Deletes the last keys of a deleted Service, after all its events are recorded and delivered.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { retired }
local keys = use('storage.keys')

local function is_busy(tx)
  local left = redis.call('EXISTS', keys.service(tx), keys.sessions(tx), keys.deliveries(tx, 'all'), keys.numbers(tx),
    keys.redactions(tx), keys.attachments(tx))
  return left > 0 or redis.call('XLEN', keys.events(tx)) > 0
end

return function(tx)
  if is_busy(tx) then return cjson.encode({ retired = false }) end
  redis.call('DEL', keys.clock(tx), keys.events(tx), keys.watched(tx), keys.optouts(tx), keys.unreachable(tx))
  return cjson.encode({ retired = true })
end
