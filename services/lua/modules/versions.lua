-- The version of what Python caches of a Service: each change of any of it sets another version. A version is a random
-- word and not a count: a failover may lose the last changes, and the next change would then get the same count again.
local versions = {}
local keys = use('storage.keys')
local service = use('storage.service')

-- Returns all that Python caches; see read_service.
function versions.snapshot(tx)
  return {
    version = tx.version, service = service.read(tx), notices = redis.call('HGETALL', keys.notices(tx)),
    content = redis.call('HGETALL', keys.content_lists(tx)),
  }
end

-- Returns the answer if Python's cached copy has another version, or nil. `version`: nil if Python used no copy. Call
-- it before any write.
function versions.stale_reply(tx, version)
  if version and version ~= tx.version then return cjson.encode({ stale = versions.snapshot(tx) }) end
end

function versions.renew(tx)
  redis.call('HSET', keys.clock(tx), 'v', tx.random)
end

return versions
