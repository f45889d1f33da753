-- Rows of packed values, where each field is known by its position, and false stands for one that is not set.
local row = {}

-- Returns the row without the fields at its end that are not set. `last`: the position of its last field.
function row.shortened(fields, last)
  while not fields[last] do
    fields[last] = nil
    last = last - 1
  end
  return fields
end

-- A moment (ms) is stored relative to an earlier one. Both functions also take one that is not set.
function row.relative(since, moment) return moment and moment - since or false end
function row.absolute(since, relative) return relative and since + relative or nil end

return row
