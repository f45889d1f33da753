-- The Service's document.
local service = {}
local keys = use('storage.keys')
-- Decoded documents by their own text, so that none is ever old: each text is decoded once. They stay from one call to
-- the next if our functions are a library of the store.
local MOST, decoded, count = 100, {}, 0

local function decode(text)
  local doc = decoded[text]
  if doc then return doc end
  if count == MOST then decoded, count = {}, 0 end
  doc = cjson.decode(text)
  decoded[text], count = doc, count + 1
  return doc
end

-- Returns the document, or nil if there is none. Nobody changes it, since others share it: see copy.
function service.read(tx)
  if tx.service == nil then
    local text = redis.call('GET', keys.service(tx))
    tx.service = text and decode(text)
  end
  return tx.service or nil
end

-- Returns a document whose fields the caller may change, or nil. The caller also writes it to the store.
function service.copy(tx)
  local doc = service.read(tx)
  if not doc then return nil end
  local own = {}
  for field, value in pairs(doc) do own[field] = value end
  tx.service = own
  return own
end

return service
