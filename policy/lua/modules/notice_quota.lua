-- What a person is told by text is bounded: an auto-responder would answer each sentence of ours, for ever.
local notice_quota = {}
local keys = use('storage.keys')
local MOST, QUIET_SECONDS = 5, 3600

-- Takes one; whether there was one, until they have been quiet for an hour. `once`: of this subject there is only one.
function notice_quota.take(tx, person, once)
  local key = keys.told(tx, person)
  local count = redis.call('HINCRBY', key, 'n', 1)
  local before = once and redis.call('HSETNX', key, once, 1) == 0
  redis.call('EXPIRE', key, QUIET_SECONDS)
  return count <= MOST and not before
end

return notice_quota
