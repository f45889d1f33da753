-- The last texts of a Session, as the loop detector remembers them: { stopped, notified, sides, prints, moments }.
-- `sides` is a string of a 1 or 2 for each text, `prints` one of PRINT characters for each text, `moments` a list (ms):
-- so few values are made for each text.
local turns = {}
local keys = use('storage.keys')
local passing = use('storage.passing')
local WINDOW, KEEP_MS, PRINT = 8, 3600000, 8

-- `seen` in each function is what read returns.
function turns.read(tx, session)
  local text = redis.call('GET', keys.turns(tx, session))
  if not text then return { sides = '', prints = '', moments = {} } end
  local row = cmsgpack.unpack(text)
  return { stopped = row[1], notified = row[2], sides = row[3], prints = row[4], moments = row[5] }
end

function turns.save(tx, session, seen)
  local row = { seen.stopped or false, seen.notified or false, seen.sides, seen.prints, seen.moments }
  passing.set(keys.turns(tx, session), cmsgpack.pack(row), KEEP_MS)
end

function turns.forget_texts(seen)
  seen.sides, seen.prints, seen.moments = '', '', {}
end

function turns.add(seen, side, moment, print)
  local moments = seen.moments
  moments[#moments + 1] = moment
  seen.sides, seen.prints = seen.sides .. side, seen.prints .. turns.short(print)
  if #moments <= WINDOW then return end
  table.remove(moments, 1)
  seen.sides, seen.prints = string.sub(seen.sides, 2), string.sub(seen.prints, PRINT + 1)
end

-- Whether the last text may say the same as an earlier one.
function turns.may_repeat(seen)
  local last = #seen.prints - PRINT
  return string.find(string.sub(seen.prints, 1, last), string.sub(seen.prints, last + 1), 1, true) ~= nil
end

-- The part of a text's print that is remembered.
function turns.short(print)
  return string.sub(print, 1, PRINT)
end

function turns.side(seen, n)
  return string.sub(seen.sides, n, n)
end

function turns.print(seen, n)
  return string.sub(seen.prints, (n - 1) * PRINT + 1, n * PRINT)
end

return turns
