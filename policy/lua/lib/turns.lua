-- use: base
-- Two auto-responders that meet would answer each other for ever: each says the same again, at once behind the other.
-- People do not, for so long. `turns:<Session>`: { stopped, told, { side, moment, print of the text } of the last ones }.
local MOST_REPEATS, WINDOW, AT_ONCE_MS, CALM_MS, KEEP_MS = 3, 8, 15000, 60000, 3600000

-- Whether the n-th says what its side said before, at once behind the other side.
local function is_repeat(turns, n)
  local side, at, print = unpack(turns[n])
  local answered, said = false, false
  for m = n - 1, 1, -1 do
    answered = answered or turns[m][1] ~= side and at - turns[m][2] <= AT_ONCE_MS
    said = said or turns[m][1] == side and turns[m][3] == print
  end
  return answered and said
end

local function is_loop(turns)
  local repeats = { 0, 0 }
  for n = 1, #turns do
    if is_repeat(turns, n) then repeats[turns[n][1]] = repeats[turns[n][1]] + 1 end
  end
  return is_repeat(turns, #turns) and math.min(repeats[1], repeats[2]) > 0 and repeats[1] + repeats[2] >= MOST_REPEATS
end

local function goes_on(t, side, moment)
  local turns = t[3]
  for n = #turns, 1, -1 do
    if turns[n][1] == side then return turns[n][3] == args.print and moment - turns[#turns][2] <= CALM_MS end
  end
end

-- `first` if this message is the one with which a loop is seen, `again` as long as its sender goes on with the same.
local function looping(way, now)
  if not args.print then return nil end
  local key, side = K.turns(way.s.sid), way.sender.sid < way.recipient.sid and 1 or 2
  local text, moment = redis.call('GET', key), args.at or now
  local t, seen = text and cmsgpack.unpack(text) or { false, false, {} }, 'again'
  local again = t[1] and goes_on(t, side, moment)
  if t[1] and not again then t[1], t[3] = false, {} end
  t[3][#t[3] + 1] = { side, moment, args.print }
  if #t[3] > WINDOW then table.remove(t[3], 1) end
  if not again then
    t[1] = is_loop(t[3])
    seen = t[1] and (t[2] and 'again' or 'first') or nil
    -- Of a late one nobody hears.
    t[2] = t[2] or t[1] and not args.at
  end
  redis.call('SET', key, cmsgpack.pack(t), 'PX', KEEP_MS)
  return seen
end
