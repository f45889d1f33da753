-- use: base
-- What a person is told by text is bounded: an auto-responder would answer each sentence of ours, for ever.
local MOST_TOLD, QUIET_SECONDS = 5, 3600

-- Whether there is one more for them, until they have been quiet for an hour. `once`: of this subject only one.
local function may_tell(who, once)
  local key = K.told(who)
  local told, before = redis.call('HINCRBY', key, 'n', 1), once and redis.call('HSETNX', key, once, 1) == 0
  redis.call('EXPIRE', key, QUIET_SECONDS)
  return told <= MOST_TOLD and not before
end
