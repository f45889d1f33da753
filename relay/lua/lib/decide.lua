-- use: close, reach, blocks, late
-- Where an inbound of args.who at the number args.to (late: written at args.at, ms) leads now: { s, sender, recipient }, or nil and why it does not.
local UNFIT = {
  message = { mode = 'voice-only', say = 'voice_only', code = 80910 },
  voice = { mode = 'message-only', say = 'message_only', code = 80911 },
}

-- A person who is blocked hears nothing; one who writes while all is stopped costs nothing; others hear no reason.
local function stopped_by_operator(s, sender, recipient)
  local scope, name = blocked(args.who, args.to, s, recipient)
  if not scope then return nil end
  local silent = name == 'person|' .. args.who or args.kind == 'message' and (scope == 'service' or scope == 'number')
  return {
    reason = 'blocked', code = 20403, session = s and s.sid, silent = silent, say = 'unavailable', lang = sender and sender.lang,
  }
end

local function lease_of(who, number)
  local route = redis.call('HGET', K.leases(who), number)
  if not route then return nil end
  local sid, slot = end_of(route)
  return load_session(sid), slot
end

local function decide(now)
  if redis.call('SISMEMBER', K.own(), args.who) == 1 then return nil, { reason = 'own-number', silent = true } end
  if args.kind == 'message' then reach.restore(args.who, args.to, args.at or now, now) end
  local s, slot = lease_of(args.who, args.to)
  local sender = s and s.people[slot]
  local recipient = s and partner_of(s, slot)
  local stop = stopped_by_operator(s, sender, recipient)
  if stop then return nil, stop end
  if not s then
    local known = past_session(args.who, args.to)
    return nil, { reason = known and 'closed' or 'unknown', code = 80905, session = known, stranger = true }
  end
  if is_due(s, now) then
    close_if_due(s, now)
    return nil, { reason = 'expired', code = 80904, session = s.sid, stranger = true }
  end
  local unfit = UNFIT[args.kind]
  if s.mode == unfit.mode then
    return nil, { reason = s.mode, code = unfit.code, session = s.sid, say = unfit.say, lang = sender.lang }
  end
  if not recipient then return nil, { reason = 'no-partner', code = 80614, session = s.sid, lang = sender.lang } end
  if args.at and was_for_another(s, sender, recipient) then
    return nil, { reason = 'before-lease', session = s.sid, silent = true }
  end
  if args.kind == 'message' then
    local reason, code = reach.stops(recipient.who, recipient.number, now)
    if reason then return nil, { reason = reason, code = code, session = s.sid, say = 'unavailable', lang = sender.lang } end
  end
  return { s = s, sender = sender, recipient = recipient }
end
