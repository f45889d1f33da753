-- use: watch, statuses
-- What a look, or a webhook before it, brought.
local function unwatch(i) redis.call('ZREM', K.watched(), i.sid) end

-- Whether nothing more is to come of it.
local function settled(i)
  return not i.outbound or is_last(i.type, i.outbound.state) and (not i.placed or is_last('voice', i.inbound.state))
end

-- Behind one that found it under way: ever less often. When a call is to be looked at, claim_watched.lua says.
local function look_again(i, now)
  if settled(i) then return unwatch(i) end
  look_at(i, now + math.max(60000, i.type == 'message' and 3 * (now - i.created) or 0))
end

-- The carrier's SID of a leg. One that was found in a list gives way to one that the carrier tells of this very leg.
-- Returns whether it is new.
local function name_leg(kind, leg, resource, found)
  if not resource or leg.resource == resource then return false end
  if leg.resource and (found or not leg.found) then return false end
  if leg.resource then leg.state, leg.status, leg.code = 'queued', shown_status(kind, 'queued'), nil end
  leg.resource, leg.found, leg.redaction, leg.redaction_code = resource, found, nil, nil
  return true
end
