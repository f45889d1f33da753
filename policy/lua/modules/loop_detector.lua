-- Two auto-responders in one Session would answer each other for ever: each repeats its text directly after the other's
-- text. People do not do that for long. `seen`: see policy.turns.
local loop_detector = {}
local turns = use('policy.turns')
local MOST_REPEATS, AT_ONCE_MS, CALM_MS = 3, 15000, 60000

-- Whether the n-th text repeats an earlier text of its side, and follows directly after a text of the other side.
local function is_repeat(seen, n)
  local side, at, print = turns.side(seen, n), turns.moment(seen, n), turns.print(seen, n)
  local is_quick_answer, is_same_text = false, false
  for m = n - 1, 1, -1 do
    local is_other = turns.side(seen, m) ~= side
    is_quick_answer = is_quick_answer or is_other and at - turns.moment(seen, m) <= AT_ONCE_MS
    is_same_text = is_same_text or not is_other and turns.print(seen, m) == print
  end
  return is_quick_answer and is_same_text
end

local function is_loop(seen)
  local last, repeats = turns.count(seen), { ['1'] = 0, ['2'] = 0 }
  if not turns.may_repeat(seen) or not is_repeat(seen, last) then return false end
  for n = 1, last do
    local side = turns.side(seen, n)
    if is_repeat(seen, n) then repeats[side] = repeats[side] + 1 end
  end
  return math.min(repeats['1'], repeats['2']) > 0 and repeats['1'] + repeats['2'] >= MOST_REPEATS
end

-- Whether the sender continues a loop that was stopped: the same text again, within CALM_MS of the last one.
local function continues_loop(seen, side, moment, print)
  local last = turns.count(seen)
  for n = last, 1, -1 do
    if turns.side(seen, n) == side then
      return turns.print(seen, n) == turns.short(print) and moment - turns.moment(seen, last) <= CALM_MS
    end
  end
end

-- Notes a text (its `print`) of one `side` ('1' | '2') of a Session. Returns `first` if this text makes it a loop,
-- `again` while its sender continues the loop, else nil. `late_at`: when the text was written (ms), if it is late.
function loop_detector.note(tx, session, side, print, late_at)
  local seen, moment, result = turns.read(tx, session), late_at or tx.now, 'again'
  local continues = seen.stopped and continues_loop(seen, side, moment, print)
  if seen.stopped and not continues then seen.rows = '' end
  turns.add(seen, side, moment, print)
  if not continues then
    seen.stopped = is_loop(seen)
    result = seen.stopped and (seen.notified and 'again' or 'first') or nil
    -- A late text causes no notice.
    seen.notified = seen.notified or seen.stopped and not late_at
  end
  turns.save(tx, session, seen)
  return result
end

return loop_detector
