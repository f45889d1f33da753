-- use: base
-- Why no number fits: the code of the first thing that is missing.
local function any_in(p, class)
  return redis.call('EXISTS', K.cell(class .. ':' .. p.country)) == 1
end

local function explain(p, mode)
  if redis.call('ZCARD', K.pool()) == redis.call('ZCARD', K.cell('draining')) then return 80205 end
  local both, sms, voice = any_in(p, 'both'), any_in(p, 'sms'), any_in(p, 'voice')
  if not (both or sms or voice) then return 80203 end
  if both then return 80206 end
  if mode == 'message-only' then return sms and 80206 or 80202 end
  if mode == 'voice-only' then return voice and 80206 or 80201 end
  return sms and 80201 or 80202
end
