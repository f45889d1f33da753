-- Chooses a proxy number for a person from the pool as it is now. It closes nothing: leases of expired Sessions still
-- count.
local choice = {}
local lease = use('pool.lease')
local number = use('pool.number')
local selection_order = use('pool.selection_order')

-- Returns the number if this person may have it; else nil and the API's code.
function choice.check_assigned(tx, person, value)
  local doc = number.read(tx, value)
  if not doc or doc.draining then return nil, 80601 end
  if lease.is_held(tx, person, value) then return nil, 80604 end
  return value
end

-- Returns the first number that fits, or nil. `cells`: lists of cells, the narrowest first; others: see
-- selection_order.pick.
function choice.from_cells(tx, person, partner, cells, rules, taken)
  for _, list in ipairs(cells) do
    local found = selection_order.pick(tx, person, partner, list, rules, taken)
    if found then return found end
  end
end

return choice
