-- What an operator has stopped: all of the Service, a number, a Session, a person.
local blocks = {}
local keys = use('storage.keys')

-- What stops anything between these, or nil: its scope (service | number | session | person) and its field of `blocks`.
-- `session` and `other` (a Participant) are nil of a stranger.
function blocks.find(tx, person, number, session, other)
  local names = { 'person|' .. person, 'service', 'number|' .. number }
  if session then names[4] = 'session|' .. session end
  if other then
    names[#names + 1] = 'person|' .. other.who
    names[#names + 1] = 'number|' .. other.number
  end
  local found = redis.call('HMGET', keys.blocks(tx), unpack(names))
  for n, name in ipairs(names) do
    if found[n] then return string.match(name, '^%a+'), name end
  end
end

return blocks
