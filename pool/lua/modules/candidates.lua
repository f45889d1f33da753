-- Proxy numbers that a person may get: from these cells, and never one that they hold.
local candidates = {}
local keys = use('storage.keys')
local cell = use('pool.cell')
local lease = use('pool.lease')
local FIRST_WINDOW = 16

-- The best of the numbers that this person had (`history`), by `better(a, b)`, among those that `fits` accepts.
function candidates.best_former(tx, person, cells, history, fits, better)
  local best
  for number, was in pairs(history) do
    if fits(was) and cell.score(tx, cells, number) and not lease.is_held(tx, person, number) then
      was.number = number
      if not best or better(was, best) then best = was end
    end
  end
  return best and best.number
end

-- The best among the `size` lowest of each cell, unless a row beyond them could be lower; then nil, and true.
local function best_in_window(tx, person, cells, size, history, taken)
  local best, least, edge = nil, math.huge, math.huge
  for _, name in ipairs(cells) do
    local rows = redis.call('ZRANGE', keys.cell(tx, name), 0, size - 1, 'WITHSCORES')
    if #rows == size * 2 then edge = math.min(edge, tonumber(rows[#rows])) end
    for n = 1, #rows, 2 do
      local number, score = rows[n], tonumber(rows[n + 1])
      -- A cell is in this same order: nothing better follows.
      if score > least or (score == least and number > best) then break end
      score = score + (taken[number] or 0) * cell.UNIT
      local better = score < least or (score == least and number < best)
      if better and not history[number] and not lease.is_held(tx, person, number) then best, least = number, score end
    end
  end
  if least <= edge then return best, false end
  return nil, edge < math.huge
end

-- The least loaded number that this person never had: ever wider windows of the lowest. `taken`: number -> how many
-- leases of it are about to be taken in this same call.
function candidates.least_loaded(tx, person, cells, history, taken)
  local size = FIRST_WINDOW
  while true do
    local number, more = best_in_window(tx, person, cells, size, history, taken)
    if number or not more then return number end
    size = size * 4
  end
end

return candidates
