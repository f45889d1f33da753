-- use: sending
-- What quiet hours hold is out of its line, so that what people write to each other does not wait behind it. `held` has
-- each by when it is looked at again, `held-line:<line>` those of a line in the order in which they were taken.

-- Of a message that does not go out after all: its number is free, unless another one has its turn since.
local function give_back(e, now)
  if tonumber(redis.call('GET', K.pace(e.number)) or 0) ~= e.free then return end
  redis.call('SET', K.pace(e.number), e.tried, 'PX', KEEP_MS)
  redis.call('ZADD', K.lines(), 'XX', math.max(now, e.tried), e.number)
end

-- Of a claim that comes to nothing: no try is counted.
local function hold(e, i, at, now)
  leave_line(e, now)
  e.state, e['until'], e.token, e.due, e.free = 'held', at, nil, nil, nil
  e.tries, e.tried, e.before, e.first = e.tries - 1, e.before, nil, e.again and e.first or nil
  save_entry(e)
  redis.call('ZADD', K.held(), at, e.sid)
  redis.call('RPUSH', K.held_line(e.line), e.sid)
  emit(now, 'message.held', i.session, { interaction = e.sid, ['until'] = at })
end

-- At night: held, or, if that has been for too long, never sent. Returns what becomes of it.
local function stay(e, i, now)
  give_back(e, now)
  if args.outcome == 'held' then
    hold(e, i, args['until'], now)
    return 'held'
  end
  drop(e, i, 'expired', now)
  return 'gone'
end
