-- Opt-outs: a person gets no more messages from one proxy number (pair) or, if the Service is set so, from the whole
-- Service.
local opt_outs = {}
local keys = use('storage.keys')
local events = use('storage.events')

-- Returns the field in `optouts`. `scope`: pair | service.
function opt_outs.field(person, number, scope)
  return scope == 'service' and person or person .. '|' .. number
end

function opt_outs.has(tx, person, number)
  local found = redis.call('HMGET', keys.optouts(tx), person .. '|' .. number, person)
  return (found[1] or found[2]) and true or false
end

-- `by`: keyword (that the carrier handles) | word (that only we handle) | carrier (it refused a message) | import.
-- `sealed`: the person's number for an export, sealed for opt-outs or, if `participant` is given, for that Participant.
function opt_outs.add(tx, person, number, scope, by, sealed, participant)
  local field = opt_outs.field(person, number, scope)
  if redis.call('HEXISTS', keys.optouts(tx), field) == 1 then return end
  local doc = { at = tx.now, by = by, number = number, sealed = sealed, participant = participant }
  redis.call('HSET', keys.optouts(tx), field, cjson.encode(doc))
  events.emit(tx, 'person.opted_out', '', { who = person, number = number, scope = scope, by = by })
end

-- Removes both opt-outs, of the pair and of the Service, that are not younger than `at`: a person who writes START
-- wants messages again. Returns whether one of them came from a word that only we handle.
function opt_outs.remove(tx, person, number, at)
  local ours, lifted = false, false
  for _, field in ipairs({ person .. '|' .. number, person }) do
    local text = redis.call('HGET', keys.optouts(tx), field)
    local known = text and cjson.decode(text)
    if known and known.at <= at then
      redis.call('HDEL', keys.optouts(tx), field)
      ours, lifted = ours or known.by == 'word', true
    end
  end
  if lifted then events.emit(tx, 'person.opted_in', '', { who = person, number = number }) end
  return ours
end

return opt_outs
