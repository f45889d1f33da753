-- use: base
-- Two auto-responders that meet would answer each other for ever. They take turns, at once, and say the same again;
-- people do not, for so long. `turns:<Session>`: { stopped, told, { side, moment, print of the text } of the last ones }.
local MOST, AT_ONCE_MS, KEEP_MS = 5, 30000, 3600000

local function is_loop(turns)
  if #turns <= MOST then return false end
  for n = 2, #turns do
    if turns[n][1] == turns[n - 1][1] or turns[n][2] - turns[n - 1][2] > AT_ONCE_MS then return false end
    if n > 3 and turns[n][3] ~= turns[n - 2][3] then return false end
  end
  return true
end

local function said_last(turns, side)
  for n = #turns, 1, -1 do
    if turns[n][1] == side then return turns[n][3] end
  end
end

-- `first` if this message is the one with which a loop is seen, `again` as long as its sender goes on with the same.
local function looping(way, now)
  if not args.print then return nil end
  local key, side = K.turns(way.s.sid), way.sender.sid < way.recipient.sid and 1 or 2
  local moment = args.at or now
  local text = redis.call('GET', key)
  local t = text and cmsgpack.unpack(text) or { false, false, {} }
  local seen = 'again'
  if not (t[1] and said_last(t[3], side) == args.print) then
    if t[1] then t[3] = {} end
    t[3][#t[3] + 1] = { side, moment, args.print }
    if #t[3] > MOST + 1 then table.remove(t[3], 1) end
    t[1] = is_loop(t[3])
    seen = t[1] and (t[2] and 'again' or 'first') or nil
    t[2] = t[2] or t[1]
  end
  redis.call('SET', key, cmsgpack.pack(t), 'PX', KEEP_MS)
  return seen
end
