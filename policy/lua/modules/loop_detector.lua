-- Two auto-responders that meet would answer each other for ever: each says the same again, at once behind the other.
-- People do not, for so long. `turns:<Session>`: { stopped, told, { side, moment, print of the text } of the last ones }.
local loop_detector = {}
local keys = use('storage.keys')
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

-- Whether its sender says the same once more, in a loop that was seen before.
local function goes_on(turns, side, moment, print)
  for n = #turns, 1, -1 do
    if turns[n][1] == side then return turns[n][3] == print and moment - turns[#turns][2] <= CALM_MS end
  end
end

-- Notes a text (its `print`) of one `side` (1 | 2) of a Session. Returns `first` if it is the one with which a loop is seen,
-- `again` as long as its sender goes on with the same, else nil. `late_at`: when it was written (ms), if it comes late.
function loop_detector.note(tx, session, side, print, late_at)
  local key, moment, seen = keys.turns(tx, session), late_at or tx.now, 'again'
  local text = redis.call('GET', key)
  local stopped, told, turns = unpack(text and cmsgpack.unpack(text) or { false, false, {} })
  local again = stopped and goes_on(turns, side, moment, print)
  if stopped and not again then stopped, turns = false, {} end
  turns[#turns + 1] = { side, moment, print }
  if #turns > WINDOW then table.remove(turns, 1) end
  if not again then
    stopped = is_loop(turns)
    seen = stopped and (told and 'again' or 'first') or nil
    -- Of a late one nobody hears.
    told = told or stopped and not late_at
  end
  redis.call('SET', key, cmsgpack.pack({ stopped, told, turns }), 'PX', KEEP_MS)
  return seen
end

return loop_detector
