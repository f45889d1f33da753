-- The answer of a function that refuses.
local reply = {}

-- `code`: an error code of the API. `about`: the wrong argument, if there is one.
function reply.error(code, about)
  return cjson.encode({ error = code, about = about })
end

return reply
