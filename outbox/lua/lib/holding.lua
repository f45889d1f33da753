-- use: sending
-- What quiet hours hold is out of its line, so that what people write to each other does not wait behind it. `held` has
-- each by when it is looked at again, `held-line:<line>` those of a line in the order in which they were taken.

-- The quiet hours that count for this one, and when they may hold it no longer; nil if none do. What was begun is ended.
local function quiet_of(e, svc)
  if not given(svc.quiet_hours) or e.at_once or e.part then return nil end
  if e.source == 'relayed' and svc.quiet_hours_for ~= 'all' then return nil end
  return { hours = svc.quiet_hours, ends = e.since + svc.quiet_hours_expiry * 1000 }
end

-- Of a message that does not go out after all: its number is free, unless another one has its turn since.
local function give_back(e, now)
  if tonumber(redis.call('GET', K.pace(e.number)) or 0) ~= e.free then return end
  redis.call('SET', K.pace(e.number), e.tried, 'PX', KEEP_MS)
  redis.call('ZADD', K.lines(), 'XX', math.max(now, e.tried), e.number)
end

-- Of a claim that comes to nothing: no try is counted. By other quiet hours than it was judged by it is judged anew.
local function hold(e, i, now)
  local quiet = quiet_of(e, service() or {})
  local same = quiet and quiet.hours == args.quiet.hours and quiet.ends == args.quiet.ends
  local at = same and args['until'] or now
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
    hold(e, i, now)
    return 'held'
  end
  drop(e, i, 'expired', now, nil, args['until'])
  return 'gone'
end
