-- What Python keeps of a Service is of one version: whatever changes any of it gives it another. That is a random word and
-- no count: a failover loses the last changes, and the next would have the same count.
local versions = {}
local keys = use('storage.keys')
local service = use('storage.service')

-- All that Python keeps; see read_service.
function versions.known(tx)
  return {
    version = tx.version, service = service.read(tx), notices = redis.call('HGETALL', keys.notices(tx)),
    content = redis.call('HGETALL', keys.content_lists(tx)),
  }
end

-- The answer if Python went by another version (`version`, nil if by none), or nil. Goes before any write.
function versions.stale_reply(tx, version)
  if version and version ~= tx.version then return cjson.encode({ stale = versions.known(tx) }) end
end

function versions.renew(tx)
  redis.call('HSET', keys.clock(tx), 'v', tx.random)
end

return versions
