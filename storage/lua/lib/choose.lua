-- use: base, lease, close, explain
-- Chooses a proxy number for a person. p: { who, cells = { { cell, … }, … } widest last, country, number }.
-- `taken` counts what this same script is about to lease.
local FIRST_WINDOW = 16

local function past_of(who)
  local past, all = {}, redis.call('HGETALL', K.past(who))
  for n = 1, #all, 2 do
    local at, partner = string.match(all[n + 1], '^(%d+)|([^|]*)|')
    past[all[n]] = { at = tonumber(at), partner = partner }
  end
  return past
end

local function score_in(cells, number)
  for _, cell in ipairs(cells) do
    local score = redis.call('ZSCORE', K.cell(cell), number)
    if score then return tonumber(score) end
  end
end

-- The best of the numbers that this person had, by `better(a, b)`, among those that `fits` accepts.
local function best_past(p, cells, past, fits, better)
  local best
  for number, was in pairs(past) do
    if fits(was) and score_in(cells, number) and redis.call('HEXISTS', K.leases(p.who), number) == 0 then
      was.number = number
      if not best or better(was, best) then best = was end
    end
  end
  return best and best.number
end

local function window(p, cells, from, size, past, taken)
  local rows, more = {}, false
  for _, cell in ipairs(cells) do
    local got = redis.call('ZRANGE', K.cell(cell), from, from + size - 1, 'WITHSCORES')
    more = more or #got == size * 2
    for n = 1, #got, 2 do
      rows[#rows + 1] = { number = got[n], score = tonumber(got[n + 1]) + (taken[got[n]] or 0) * UNIT }
    end
  end
  table.sort(rows, function(a, b) return a.score < b.score or (a.score == b.score and a.number < b.number) end)
  for _, row in ipairs(rows) do
    if not past[row.number] and redis.call('HEXISTS', K.leases(p.who), row.number) == 0 then return row.number end
  end
  return nil, more
end

-- The least loaded number that this person never had: windows of the lowest, each four times the one before.
local function never_had(p, cells, past, taken)
  local from, size, more = 0, FIRST_WINDOW, true
  while more do
    local number
    number, more = window(p, cells, from, size, past, taken)
    if number then return number end
    from, size = from + size, size * 4
  end
end
