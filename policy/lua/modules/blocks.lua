-- What an operator has blocked: the whole Service, a number, a Session, a person.
local blocks = {}
local keys = use('storage.keys')

-- Returns the first block that concerns these, or nil: its scope (service | number | session | person) and its field in
-- `blocks`. `session` and `other` (a Participant) are nil if the person is a stranger.
function blocks.find(tx, person, number, session, other)
  local fields = { 'person|' .. person, 'service', 'number|' .. number }
  if session then fields[4] = 'session|' .. session end
  if other then
    fields[#fields + 1] = 'person|' .. other.who
    fields[#fields + 1] = 'number|' .. other.number
  end
  local found = redis.call('HMGET', keys.blocks(tx), unpack(fields))
  for n, field in ipairs(fields) do
    if found[n] then return string.match(field, '^%a+'), field end
  end
end

return blocks
