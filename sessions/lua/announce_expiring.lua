#!lua
-- Tells of Sessions that end within the Service's expiring_seconds, each once for each end; 50 at most. The clock's
-- fields w, wm are the end (ms) and the SID up to which all are told of, in the order of `due`.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { announced }
-- use: base, emit
local MOST = 50
local now, svc = clock(), service()
local seconds = svc and svc.expiring_seconds or 0
if seconds == 0 then return cjson.encode({ announced = 0 }) end
local w, wm = unpack(redis.call('HMGET', K.clock(), 'w', 'wm'))
w = tonumber(w or 0)
if w < now then w, wm = now, '' end
local horizon = now + seconds * 1000

-- The place behind the mark among all ends; those of the same moment are in the order of their SIDs.
local low, high = redis.call('ZCOUNT', K.due(), '-inf', '(' .. w), redis.call('ZCOUNT', K.due(), '-inf', w)
if wm == '' then low = high end
while low < high do
  local middle = math.floor((low + high) / 2)
  if redis.call('ZRANGE', K.due(), middle, middle)[1] <= wm then low = middle + 1 else high = middle end
end

local rows, announced = redis.call('ZRANGE', K.due(), low, low + MOST - 1, 'WITHSCORES'), 0
for n = 1, #rows, 2 do
  local due = tonumber(rows[n + 1])
  if due > horizon then break end
  emit(now, 'session.expiring', rows[n], { due = due })
  announced, w, wm = announced + 1, due, rows[n]
end
if announced < MOST and horizon >= w then w, wm = horizon, '' end
redis.call('HSET', K.clock(), 'w', string.format('%.0f', w), 'wm', wm)
return cjson.encode({ announced = announced })
