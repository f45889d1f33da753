-- use: base
-- A delivery waits in its lane, behind what is to be told before it. `lanes` has each lane that waits, by its next
-- moment: while its head is being tried that is the end of the claim, so what a killed process held comes up by itself.
local function load_delivery(sid)
  local text = redis.call('GET', K.delivery(sid))
  if not text then return nil end
  local d = cjson.decode(text)
  d.sid = sid
  return d
end

local function save_delivery(d)
  local sid = d.sid
  d.sid = nil
  redis.call('SET', K.delivery(sid), cjson.encode(d))
  d.sid = sid
end

-- `beside`: in a lane of its own, where it holds up nobody.
local function lane_of(d) return d.kind .. ':' .. (d.beside and d.sid or d.session) end

-- Puts it, new or once more, at the end of its lane.
local function wait_in_lane(d, now)
  if d.state then redis.call('ZREM', K.deliveries(d.state), d.sid) end
  d.state, d.since, d.step = 'waiting', now, 0
  save_delivery(d)
  redis.call('ZADD', K.deliveries('all'), d.created, d.sid)
  redis.call('ZADD', K.deliveries('waiting'), d.created, d.sid)
  redis.call('RPUSH', K.lane(lane_of(d)), d.sid)
  redis.call('ZADD', K.lanes(d.kind), 'NX', now, lane_of(d))
end

-- Takes it out of its lane, whose next one may be tried at once.
local function give_way(d, now)
  local lane = lane_of(d)
  redis.call('LREM', K.lane(lane), 1, d.sid)
  if redis.call('EXISTS', K.lane(lane)) == 1 then
    redis.call('ZADD', K.lanes(d.kind), now, lane)
  else
    redis.call('ZREM', K.lanes(d.kind), lane)
  end
end

-- A try failed: what came after a callback does not wait for the next one.
local function step_aside(d, now)
  if d.beside or d.kind ~= 'callback' then return end
  give_way(d, now)
  d.beside = true
  redis.call('RPUSH', K.lane(lane_of(d)), d.sid)
end

-- It is over. `state`: delivered | parked
local function leave_lane(d, state, now, keep_ms)
  d.state, d.token, d.due = state, nil, nil
  save_delivery(d)
  redis.call('ZREM', K.deliveries('waiting'), d.sid)
  redis.call('ZADD', K.deliveries(state), d.created, d.sid)
  redis.call('ZADD', K.delivery_ends(), now + keep_ms, d.sid)
  give_way(d, now)
end
