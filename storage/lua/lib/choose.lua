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

-- The best among the `size` lowest of each cell, unless a row beyond them could be lower; then nil, and true.
local function window(p, cells, size, past, taken)
  local rows, edge = {}, math.huge
  for _, cell in ipairs(cells) do
    local got = redis.call('ZRANGE', K.cell(cell), 0, size - 1, 'WITHSCORES')
    if #got == size * 2 then edge = math.min(edge, tonumber(got[#got])) end
    for n = 1, #got, 2 do
      rows[#rows + 1] = { number = got[n], score = tonumber(got[n + 1]) + (taken[got[n]] or 0) * UNIT }
    end
  end
  table.sort(rows, function(a, b) return a.score < b.score or (a.score == b.score and a.number < b.number) end)
  for _, row in ipairs(rows) do
    if row.score > edge then break end
    if not past[row.number] and redis.call('HEXISTS', K.leases(p.who), row.number) == 0 then return row.number end
  end
  return nil, edge < math.huge
end

-- The least loaded number that this person never had: ever wider windows of the lowest.
local function never_had(p, cells, past, taken)
  local size, number, more = FIRST_WINDOW, nil, nil
  repeat
    number, more = window(p, cells, size, past, taken)
    size = size * 4
  until number or not more
  return number
end
