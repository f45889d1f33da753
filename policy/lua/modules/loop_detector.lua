-- Two auto-responders in one Session would answer each other for ever: each repeats its text directly after the other's
-- text. People do not do that for long. `turns:<Session>`: { stopped, notified, { side, moment, print of the text } of
-- the last texts }.
local loop_detector = {}
local keys = use('storage.keys')
local MOST_REPEATS, WINDOW, AT_ONCE_MS, CALM_MS, KEEP_MS = 3, 8, 15000, 60000, 3600000

-- Whether the n-th text repeats an earlier text of its side, and follows directly after a text of the other side.
local function is_repeat(turns, n)
  local side, at, print = unpack(turns[n])
  local is_quick_answer, is_same_text = false, false
  for m = n - 1, 1, -1 do
    is_quick_answer = is_quick_answer or turns[m][1] ~= side and at - turns[m][2] <= AT_ONCE_MS
    is_same_text = is_same_text or turns[m][1] == side and turns[m][3] == print
  end
  return is_quick_answer and is_same_text
end

local function is_loop(turns)
  local repeats = { 0, 0 }
  for n = 1, #turns do
    if is_repeat(turns, n) then repeats[turns[n][1]] = repeats[turns[n][1]] + 1 end
  end
  return is_repeat(turns, #turns) and math.min(repeats[1], repeats[2]) > 0 and repeats[1] + repeats[2] >= MOST_REPEATS
end

-- Whether the sender continues a loop that was stopped: the same text again, within CALM_MS of the last one.
local function continues_loop(turns, side, moment, print)
  for n = #turns, 1, -1 do
    if turns[n][1] == side then return turns[n][3] == print and moment - turns[#turns][2] <= CALM_MS end
  end
end

-- Notes a text (its `print`) of one `side` (1 | 2) of a Session. Returns `first` if this text makes it a loop, `again`
-- while its sender continues the loop, else nil. `late_at`: when the text was written (ms), if it is late.
function loop_detector.note(tx, session, side, print, late_at)
  local key, moment, result = keys.turns(tx, session), late_at or tx.now, 'again'
  local text = redis.call('GET', key)
  local stopped, notified, turns = unpack(text and cmsgpack.unpack(text) or { false, false, {} })
  local continues = stopped and continues_loop(turns, side, moment, print)
  if stopped and not continues then stopped, turns = false, {} end
  turns[#turns + 1] = { side, moment, print }
  if #turns > WINDOW then table.remove(turns, 1) end
  if not continues then
    stopped = is_loop(turns)
    result = stopped and (notified and 'again' or 'first') or nil
    -- A late text causes no notice.
    notified = notified or stopped and not late_at
  end
  redis.call('SET', key, cmsgpack.pack({ stopped, notified, turns }), 'PX', KEEP_MS)
  return result
end

return loop_detector
