-- Limits the notices that a person gets by text: an auto-responder would answer each of our notices, for ever.
local notice_quota = {}
local keys = use('storage.keys')
local MOST, QUIET_SECONDS = 5, 3600

-- Takes one notice from the quota. Returns whether it may be sent. The quota is full again after the person has been
-- quiet for an hour. `once`: a subject of which only one notice is allowed.
function notice_quota.take(tx, person, once)
  local key = keys.told(tx, person)
  local count = redis.call('HINCRBY', key, 'n', 1)
  local was_sent = once and redis.call('HSETNX', key, once, 1) == 0
  redis.call('EXPIRE', key, QUIET_SECONDS)
  return count <= MOST and not was_sent
end

return notice_quota
