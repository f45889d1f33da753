#!lua
-- Claims heads of lines: for args.lease_ms nobody else sends them. What a claim left unsettled is in doubt, and is
-- handed out to be looked for, never to be sent.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { room (how many), kept (so many of them for what is due now), soon_ms (the others may wait so long for
--         their turn), token, lease_ms, rate (segments a second of a long code) }
-- Returns: { claims = { { entry, sealed (text), recipient, person (sealed), zone, session, media, wait_ms, quiet = { hours, ends } } } }
-- use: waking, waiting
local MOST_STEPS, now, svc, claims, steps = 200, clock(), service(), {}, 0

local function hand_out(e, i, p, at)
  e.token, e.due = args.token .. (#claims + 1), at + args.lease_ms
  save_entry(e)
  redis.call('ZADD', K.lines(), e.due, e.line)
  claims[#claims + 1] = { entry = e, sealed = i.sealed, recipient = p.sid, person = p.sealed, zone = p.zone, session = i.session }
  claims[#claims].media, claims[#claims].wait_ms, claims[#claims].quiet = i.media, at - now, quiet_of(e, svc)
end

-- The head of a line whose turn it is at `at`; without `at`, of one whose moment has come.
local function claim(line, at)
  bring_back_due(line, now)
  local sid = redis.call('LINDEX', K.line(line), 0)
  local e, i = sid and load_entry(sid), sid and load_interaction(sid)
  if not e then return skip_head(line, now) end
  if not i then return drop(e, nil, 'deleted', now) end
  local p, may, stopped = person_of(i, now)
  if e.state == 'sending' then e.state, e.doubted = 'in_doubt', e.doubted or now end
  if e.state == 'in_doubt' then return hand_out(e, i, p, now) end
  if put_aside(e, i, p, may, stopped, now) or waits_for_files(e, now) then return end
  if not at then return take_turn(line, e.number, now, true) end
  keep_pace(e, i, at, now)
  e.state, e.tries, e.before, e.tried, e.first = 'sending', e.tries + 1, e.tried, at, e.first or at
  keep_private(e, svc)
  hand_out(e, i, p, at)
end

-- A line's own moment never comes before its time: until then somebody else has it.
local function fill(until_ms, room, ahead)
  while #claims < room and steps < MOST_STEPS do
    steps = steps + 1
    local member, score = unpack(redis.call('ZRANGEBYSCORE', K.lines(), '-inf', until_ms, 'WITHSCORES', 'LIMIT', ahead, 1))
    if not member then return end
    if not string.find(member, ':', 1, true) then
      local line = redis.call('LPOP', K.line(member))
      if line then claim(line, math.max(tonumber(score), now)) end
      next_turn(member, now)
    elseif tonumber(score) <= now then
      claim(member)
    else
      ahead = ahead + 1
    end
  end
end

if svc then
  wake(now, MOST_STEPS)
  fill(now, args.room, 0)
  fill(now + args.soon_ms, args.room - args.kept, 0)
end
return cjson.encode({ claims = claims })
