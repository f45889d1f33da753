-- The last texts of a Session, as the loop detector remembers them: { stopped, notified, rows }. `rows` is a string with
-- PRINT characters of a text's print, its side (1 | 2) and its moment (ms) for each text, so that a usual text, which
-- repeats nothing, needs few steps.
local turns = {}
local keys = use('storage.keys')
local passing = use('storage.passing')
local WINDOW, KEEP_MS, PRINT, ROW = 8, 3600000, 8, 22

-- `seen` in each function is what read returns.
function turns.read(tx, session)
  local text = redis.call('GET', keys.turns(tx, session))
  if not text then return { rows = '' } end
  return {
    stopped = string.sub(text, 1, 1) == '1', notified = string.sub(text, 2, 2) == '1', rows = string.sub(text, 3),
  }
end

function turns.save(tx, session, seen)
  local marks = (seen.stopped and '1' or '0') .. (seen.notified and '1' or '0')
  passing.set(keys.turns(tx, session), marks .. seen.rows, KEEP_MS)
end

function turns.add(seen, side, moment, print)
  local rows = seen.rows .. string.format('%s%s%013d', turns.short(print), side, moment)
  seen.rows = string.sub(rows, -WINDOW * ROW)
end

-- Whether the last text may say the same as an earlier one.
function turns.may_repeat(seen)
  local last = string.sub(seen.rows, -ROW, -ROW + PRINT - 1)
  return string.find(seen.rows, last, 1, true) <= #seen.rows - ROW
end

function turns.count(seen) return #seen.rows / ROW end

-- The part of a text's print that is remembered.
function turns.short(print) return string.sub(print, 1, PRINT) end

local function part(seen, n, first, last)
  return string.sub(seen.rows, (n - 1) * ROW + first, (n - 1) * ROW + last)
end

function turns.print(seen, n) return part(seen, n, 1, PRINT) end
function turns.side(seen, n) return part(seen, n, PRINT + 1, PRINT + 1) end
function turns.moment(seen, n) return tonumber(part(seen, n, PRINT + 2, ROW)) end

return turns
