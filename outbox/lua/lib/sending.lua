-- use: outbox, emit, session, blocks, reach, pacing, park, redact
-- What the carrier is asked to forget at one try it is asked at each: its list does not tell it any more.
local function keep_private(e, svc)
  e.discard = e.discard or svc.content_retention == 'discard' or nil
  e.obfuscate = e.obfuscate or svc.address_retention == 'obfuscate' or nil
end

-- The recipient, whether anything may be sent to them, and what an operator has stopped of the way there.
local function person_of(i, now)
  local s, sender = load_session(i.session), nil
  for _, p in ipairs(s and s.people or {}) do
    if i.inbound and p.sid == i.inbound.participant then sender = p end
  end
  for _, p in ipairs(s and s.people or {}) do
    if p.sid == i.outbound.participant then
      return p, ACTIVE[s.status] and not is_due(s, now) and not p.deleted, blocked(p.who, p.number, s, sender)
    end
  end
  return { sid = i.outbound.participant }
end

-- Never sent. Of one that was tried, or is to be tried again, nobody knows for sure that it was not; of others a part was.
local function drop(e, i, reason, now, code, at)
  local state = (e.again or e.doubted or e.part) and 'delivery-unknown' or code and 'failed' or 'canceled'
  if i then
    if move_on('message', i.outbound, state, code) then
      i.updated = now
      redact_outbound(i, true, now)
      emit(now, 'interaction.updated', i.session, save_interaction(i))
    end
    local told = { interaction = i.sid, reason = reason }
    emit(now, reason == 'expired' and 'message.expired' or 'message.canceled', i.session, told, at)
  end
  leave_line(e, now)
end

-- Whether it is not to be sent: never, or not before an operator says so.
local function put_aside(e, i, p, may, stopped, now)
  local unwanted, code = nil, nil
  if may and not stopped then unwanted, code = reach.stops(p.who, e.number, now) end
  if not may then
    drop(e, i, 'closed', now)
  elseif stopped then
    park(e, i, 'blocked', now)
  elseif unwanted then
    drop(e, i, (string.gsub(unwanted, '-', '_')), now, code)
  else
    return false
  end
  return true
end

-- Of a line whose head is no entry any more: the next one gets its turn.
local function skip_head(line, now)
  redis.call('LPOP', K.line(line))
  redis.call('ZREM', K.lines(), line)
  if redis.call('EXISTS', K.line(line)) == 1 then take_turn(line, string.match(line, '^[^:]+'), now, true) end
end
