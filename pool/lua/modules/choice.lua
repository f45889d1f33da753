-- Chooses a proxy number for a person, as the pool is now: what is past its time in there still counts.
local choice = {}
local lease = use('pool.lease')
local number = use('pool.number')
local selection_order = use('pool.selection_order')

-- The number if this person may have just this one; else nil and the API's code.
function choice.assigned(tx, person, value)
  local doc = number.read(tx, value)
  if not doc or doc.draining then return nil, 80601 end
  if lease.is_held(tx, person, value) then return nil, 80604 end
  return value
end

-- The first that fits, or nil. `cells`: lists of cells, the narrowest first; the rest as selection_order.pick.
function choice.from_cells(tx, person, partner, cells, rules, taken)
  for _, some in ipairs(cells) do
    local found = selection_order.pick(tx, person, partner, some, rules, taken)
    if found then return found end
  end
end

return choice
