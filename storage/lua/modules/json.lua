-- Values that JSON has and Lua has not.
local json = {}

-- Returns the value, or nil for JSON's null, which stands for a cleared field of a Service, or an argument that clears
-- it.
function json.without_null(value)
  if value ~= cjson.null then return value end
end

return json
