-- Decoded documents by their own JSON, so that none is ever old: each text is decoded once. They stay from one call to
-- the next if our functions are a library of the store. Nobody changes them, since others share them.
local decoded = {}
-- If a pool is so large that its numbers do not fit, all begins anew. With more of them the store's Lua would work longer on
-- its memory than it saves.
local MOST, kept, count = 100, {}, 0

function decoded.read(text)
  local doc = kept[text]
  if doc then return doc end
  if count == MOST then kept, count = {}, 0 end
  doc = cjson.decode(text)
  kept[text], count = doc, count + 1
  return doc
end

return decoded
