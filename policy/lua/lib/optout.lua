-- use: base, emit
-- Who wants no more messages: of a pair (person and proxy number) or, by the Service's choice, of the whole Service.
local function opt_out_of(who, number, scope)
  return scope == 'service' and who or who .. '|' .. number
end

local function opted_out(who, number)
  local found = redis.call('HMGET', K.optouts(), who .. '|' .. number, who)
  return (found[1] or found[2]) and true
end

-- `by`: keyword (the carrier's) | word (no other than ours) | carrier (its refusal) | import. `sealed` opens to the number, for an export: at the place of opt-outs, or of `participant`.
local function opt_out(who, number, svc, by, sealed, now, participant)
  local field = opt_out_of(who, number, svc.opt_out_scope)
  if redis.call('HEXISTS', K.optouts(), field) == 1 then return end
  local told = { at = now, by = by, number = number, sealed = sealed, participant = participant }
  redis.call('HSET', K.optouts(), field, cjson.encode(told))
  emit(now, 'person.opted_out', '', { who = who, number = number, scope = svc.opt_out_scope, by = by })
end

-- Of either kind, if it was before `at`: who begins again means it. Returns whether it was we who said that it had ended.
local function opt_in(who, number, at, now)
  local ours, lifted = false, false
  for _, field in ipairs({ who .. '|' .. number, who }) do
    local text = redis.call('HGET', K.optouts(), field)
    local known = text and cjson.decode(text)
    if known and known.at <= at then
      redis.call('HDEL', K.optouts(), field)
      ours, lifted = ours or known.by == 'word', true
    end
  end
  if lifted then emit(now, 'person.opted_in', '', { who = who, number = number }) end
  return ours
end
