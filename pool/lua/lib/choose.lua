-- use: base, lease, close, explain
-- Chooses a proxy number for a person. p: { who, cells = { { cell, … }, … } widest last, country, number }.
-- `taken` counts what this same script is about to lease.
local FIRST_WINDOW = 16

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
    if fits(was) and score_in(cells, number) and not holds(p.who, number) then
      was.number = number
      if not best or better(was, best) then best = was end
    end
  end
  return best and best.number
end

-- The best among the `size` lowest of each cell, unless a row beyond them could be lower; then nil, and true.
local function window(p, cells, size, past, taken)
  local best, least, edge = nil, math.huge, math.huge
  for _, cell in ipairs(cells) do
    local got = redis.call('ZRANGE', K.cell(cell), 0, size - 1, 'WITHSCORES')
    if #got == size * 2 then edge = math.min(edge, tonumber(got[#got])) end
    for n = 1, #got, 2 do
      local number, score = got[n], tonumber(got[n + 1])
      -- A cell is in this same order: nothing better follows.
      if score > least or (score == least and number > best) then break end
      score = score + (taken[number] or 0) * UNIT
      local better = score < least or (score == least and number < best)
      if better and not past[number] and not holds(p.who, number) then best, least = number, score end
    end
  end
  if least <= edge then return best, false end
  return nil, edge < math.huge
end

-- The least loaded number that this person never had: ever wider windows of the lowest.
local function never_had(p, cells, past, taken, size)
  local number, more = window(p, cells, size or FIRST_WINDOW, past, taken)
  if number or not more then return number end
  return never_had(p, cells, past, taken, (size or FIRST_WINDOW) * 4)
end
