-- Finds out why no number fits.
local shortage = {}
local keys = use('storage.keys')

local function has_any(tx, class, country)
  return redis.call('EXISTS', keys.cell(tx, class .. ':' .. country)) == 1
end

-- Returns the API's code of what is missing first in this country for a Session of this mode.
function shortage.code(tx, country, mode)
  if redis.call('ZCARD', keys.pool(tx)) == redis.call('ZCARD', keys.cell(tx, 'draining')) then return 80205 end
  local both, sms, voice = has_any(tx, 'both', country), has_any(tx, 'sms', country), has_any(tx, 'voice', country)
  if not (both or sms or voice) then return 80203 end
  if both then return 80206 end
  if mode == 'message-only' then return sms and 80206 or 80202 end
  if mode == 'voice-only' then return voice and 80206 or 80201 end
  return sms and 80201 or 80202
end

return shortage
