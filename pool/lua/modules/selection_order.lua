-- The order in which kinds of numbers are tried. prefer-sticky: the number that these two people had, one that this
-- person had, one that they never had, the one that has cooled longest. avoid-sticky: never had, had, cooled longest.
local selection_order = {}
local candidates = use('pool.candidates')
local lease_history = use('pool.lease_history')

local function later(a, b) return a.at > b.at or (a.at == b.at and a.number < b.number) end
local function earlier(a, b) return a.at < b.at or (a.at == b.at and a.number < b.number) end

-- Returns a number from these cells with which `person` meets `partner` ('' if unknown), or nil. `rules`: the Service's
-- document; `taken`: see candidates.least_loaded.
function selection_order.pick(tx, person, partner, cells, rules, taken)
  local history = lease_history.read(tx, person)
  if not next(history) then return candidates.least_loaded(tx, person, cells, history, taken) end
  local function never_had() return candidates.least_loaded(tx, person, cells, history, taken) end
  local function former(fits, better) return candidates.best_former(tx, person, cells, history, fits, better) end
  local function is_cooling(entry)
    return entry.partner ~= '' and entry.partner ~= partner and tx.now - entry.at < rules.cooling_seconds * 1000
  end
  local function is_same_pair(entry) return partner ~= '' and entry.partner == partner end
  local function has_cooled(entry) return not is_cooling(entry) end
  local function longest_cooled()
    if rules.cooling_policy == 'soft' then return former(is_cooling, earlier) end
  end
  if rules.number_selection_behavior == 'avoid-sticky' then
    return never_had() or former(has_cooled, earlier) or longest_cooled()
  end
  return former(is_same_pair, later) or former(has_cooled, later) or never_had() or longest_cooled()
end

return selection_order
