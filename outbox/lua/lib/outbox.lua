-- use: interaction, statuses
-- What the carrier's API is to send waits in a line, one for each proxy number and person: what is said first goes
-- first. `line:<number>` has the number's lines whose head may go, in turn. `lines` has each number with such by the
-- moment it is free, and each line whose head is on its way or waits for a moment, by that.
local function load_entry(sid)
  local text = redis.call('GET', K.outgoing(sid))
  if not text then return nil end
  local e = cjson.decode(text)
  e.sid = sid
  return e
end

local function save_entry(e)
  local sid = e.sid
  e.sid = nil
  redis.call('SET', K.outgoing(sid), cjson.encode(e))
  e.sid = sid
end

local function is_waiting(number, who)
  return redis.call('EXISTS', K.line(number .. ':' .. who)) == 1
end

-- Behind the number's other lines, or, for what has waited before, before them.
local function take_turn(line, number, now, first)
  redis.call(first and 'LPUSH' or 'RPUSH', K.line(number), line)
  redis.call('ZREM', K.lines(), line)
  redis.call('ZADD', K.lines(), 'NX', math.max(now, tonumber(redis.call('GET', K.pace(number)) or 0)), number)
end

-- Behind what waits already for the same person from the same number. `known`: of a former life of it. Its files, if any,
-- are fetched first.
local function put_out(i, p, now, known)
  local line, e = p.number .. ':' .. p.who, known or { state = 'ready', files = i.files and true }
  e.sid, e.line, e.number, e.since, e.tries = i.sid, line, p.number, now, 0
  e.source = e.source or i.inbound and 'relayed' or 'app'
  save_entry(e)
  redis.call('ZADD', K.queued(), now, i.sid)
  if redis.call('RPUSH', K.line(line), i.sid) == 1 then take_turn(line, p.number, now) end
end

-- The next of its line may go at once. One that was not at the head holds up nobody, and changes nobody's moment.
local function leave_line(e, now)
  local head = redis.call('LINDEX', K.line(e.line), 0) == e.sid
  redis.call('DEL', K.outgoing(e.sid))
  redis.call('ZREM', K.queued(), e.sid)
  redis.call('ZREM', K.parked(), e.sid)
  redis.call('LREM', K.line(e.line), 1, e.sid)
  redis.call('ZREM', K.held(), e.sid)
  redis.call('LREM', K.held_line(e.line), 1, e.sid)
  if not head then return end
  redis.call('ZREM', K.lines(), e.line)
  redis.call('LREM', K.line(e.number), 0, e.line)
  if redis.call('EXISTS', K.line(e.line)) == 1 then take_turn(e.line, e.number, now) end
end
