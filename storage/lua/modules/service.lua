-- The Service's document.
local service = {}
local keys = use('storage.keys')
local decoded = use('storage.decoded')

-- Returns the document, or nil if there is none. Nobody changes it, since others share it: see copy.
function service.read(tx)
  if tx.service == nil then
    local text = redis.call('GET', keys.service(tx))
    tx.service = text and decoded.read(text)
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
