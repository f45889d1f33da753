-- Finds proxy numbers that a person may get: from these cells, and never one that they have a lease of.
local candidates = {}
local cell = use('pool.cell')
local lease = use('pool.lease')
local FIRST_WINDOW = 4

-- Returns the best of the numbers that this person had (`history`), by `better(a, b)`, of those that `fits` accepts.
function candidates.best_former(tx, person, cells, history, fits, better)
  local best
  for number, former in pairs(history) do
    if fits(former) and cell.score(tx, cells, number) and not lease.is_held(tx, person, number) then
      former.number = number
      if not best or better(former, best) then best = former end
    end
  end
  return best and best.number
end

local function is_lower(score, number, other_score, other_number)
  return score < other_score or (score == other_score and number < other_number)
end

-- Returns the best number among the `size` lowest of each cell. If a number outside them could be lower: nil and true.
local function best_in_window(tx, person, cells, size, history, taken)
  local best, least = '', math.huge
  -- The lowest of the last numbers of the cells that have more.
  local edge, edge_score = '', math.huge
  for _, name in ipairs(cells) do
    local rows = cell.lowest(tx, name, size)
    if #rows == size * 2 and is_lower(tonumber(rows[#rows]), rows[#rows - 1], edge_score, edge) then
      edge, edge_score = rows[#rows - 1], tonumber(rows[#rows])
    end
    for n = 1, #rows, 2 do
      local number, score = rows[n], tonumber(rows[n + 1])
      -- The cell is sorted in this order: no better number follows.
      if is_lower(least, best, score, number) then break end
      score = score + (taken[number] or 0) * cell.UNIT
      local better = is_lower(score, number, least, best)
      if better and not history[number] and not lease.is_held(tx, person, number) then best, least = number, score end
    end
  end
  if is_lower(edge_score, edge, least, best) then return nil, true end
  return least < math.huge and best or nil, false
end

-- Returns the number with the fewest open Sessions that this person never had. It searches the lowest numbers of each
-- cell, more at each step. `taken`: number -> how many leases of it this call is about to take.
function candidates.least_loaded(tx, person, cells, history, taken)
  local size = FIRST_WINDOW
  while true do
    local number, more = best_in_window(tx, person, cells, size, history, taken)
    if number or not more then return number end
    size = size * 4
  end
end

return candidates
