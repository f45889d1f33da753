-- The Service's document.
local service = {}
local keys = use('storage.keys')

-- Returns the document, or nil if there is none. A caller that changes its fields also writes it to the store.
function service.read(tx)
  if tx.service == nil then
    local text = redis.call('GET', keys.service(tx))
    tx.service = text and cjson.decode(text)
  end
  return tx.service or nil
end

return service
