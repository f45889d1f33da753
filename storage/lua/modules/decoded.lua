-- Decoded documents by their own JSON. Nobody changes them, since others share them.
local decoded = {}
local remembered = use('storage.remembered')
-- If a pool is so large that its numbers do not fit, all begins anew. With more of them the store's Lua would work longer on
-- its memory than it saves.
local MOST = 100

-- The store has no cjson yet when it loads our functions.
decoded.read = remembered.results(MOST, function(text) return cjson.decode(text) end)

return decoded
