-- What a function answers if it refuses.
local reply = {}

-- `code`: of the API's errors. `about`: the argument that is wrong, if it is one.
function reply.error(code, about)
  return cjson.encode({ error = code, about = about })
end

return reply
