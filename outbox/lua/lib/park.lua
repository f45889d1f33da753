-- use: outbox, emit
-- Takes a message out of its line, for an operator to say what becomes of it: it does not hold up the others.
local function park(e, i, reason, now)
  leave_line(e, now)
  e.state, e.reason, e.token, e.due = 'parked', reason, nil, nil
  save_entry(e)
  redis.call('ZADD', K.parked(), now, e.sid)
  emit(now, 'message.parked', i and i.session or '', { interaction = e.sid, reason = reason })
  return cjson.encode({ state = 'parked' })
end
