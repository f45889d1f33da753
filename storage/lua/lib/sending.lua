-- use: outbox, emit, session
local TOLL_FREE = { ['800'] = true, ['833'] = true, ['844'] = true, ['855'] = true, ['866'] = true, ['877'] = true, ['888'] = true }
-- Longer than any test's standing clock: the moment itself decides, not the key's end.
local KEEP_MS = 60000

-- Segments that the carrier takes of a number in a second.
local function rate_of(number, long_code)
  if string.match(number, '^%d+$') then return 100 end
  if TOLL_FREE[string.match(number, '^%+1(%d%d%d)%d%d%d%d%d%d%d$') or ''] then return 3 end
  return long_code
end

-- From `at` the number is busy with this message.
local function keep_pace(e, i, at, now)
  local free = at + math.ceil((i.segments or 1) * 1000 / rate_of(e.number, args.rate))
  redis.call('SET', K.pace(e.number), free, 'PX', free - now + KEEP_MS)
end

-- After a number's turn: when the next of its lines may go.
local function next_turn(number, now)
  if redis.call('EXISTS', K.line(number)) == 0 then return redis.call('ZREM', K.lines(), number) end
  redis.call('ZADD', K.lines(), math.max(now, tonumber(redis.call('GET', K.pace(number)) or 0)), number)
end

-- Whoever has them tells; this is only how often it is looked at.
local function wait_for_files(line, now) redis.call('ZADD', K.lines(), now + 60000, line) end

-- The recipient, and whether anything may be sent to them.
local function person_of(i, now)
  local s = load_session(i.session)
  for _, p in ipairs(s and s.people or {}) do
    if p.sid == i.outbound.participant then return p, ACTIVE[s.status] and not is_due(s, now) and not p.deleted end
  end
  return { sid = i.outbound.participant }
end

-- Never sent. Of one that was tried, or is to be tried again, nobody knows for sure that it was not.
local function drop(e, i, reason, now)
  local code = reason == 'opted_out' and 21610 or nil
  local state = (e.again or e.doubted) and 'delivery-unknown' or code and 'failed' or 'canceled'
  if i then
    if move_on('message', i.outbound, state, code) then
      i.updated = now
      emit(now, 'interaction.updated', i.session, save_interaction(i))
    end
    emit(now, 'message.canceled', i.session, { interaction = i.sid, reason = reason })
  end
  leave_line(e, now)
end

-- Of a line whose head is no entry any more: the next one gets its turn.
local function skip_head(line, now)
  redis.call('LPOP', K.line(line))
  redis.call('ZREM', K.lines(), line)
  if redis.call('EXISTS', K.line(line)) == 1 then take_turn(line, string.match(line, '^[^:]+'), now, true) end
end
