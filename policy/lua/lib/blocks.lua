-- use: base
-- What an operator has stopped: all of the Service, a number, a Session, a person.
local function any_block(names)
  local found = redis.call('HMGET', K.blocks(), unpack(names))
  for n, name in ipairs(names) do
    if found[n] then return string.match(name, '^%a+'), name end
  end
end

-- Whether anything may pass between these: `s` and `other` (a Participant) are not known of a stranger.
local function blocked(who, number, s, other)
  local names = { 'person|' .. who, 'service', 'number|' .. number }
  if s then names[4] = 'session|' .. s.sid end
  if other then names[5], names[6] = 'person|' .. other.who, 'number|' .. other.number end
  return any_block(names)
end
