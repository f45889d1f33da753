-- Results of a pure function by their text, so that none is ever old: each text is worked on once. They stay from one call
-- to the next if our functions are a library of the store.
local remembered = {}

-- Returns a function of one text that does `make` once for each. With more than `most` texts all begins anew.
function remembered.results(most, make)
  local kept, count = {}, 0
  return function(text)
    local result = kept[text]
    if result then return result end
    if count == most then kept, count = {}, 0 end
    result = make(text)
    kept[text], count = result, count + 1
    return result
  end
end

return remembered
