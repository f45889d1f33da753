-- What JSON can say and Lua cannot.
local json = {}

-- nil in the place of JSON's null: a field of a Service that is cleared, an argument that clears one.
function json.without_null(value)
  if value ~= cjson.null then return value end
end

return json
