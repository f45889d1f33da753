-- The Service's document.
local service = {}
local keys = use('storage.keys')

-- The document, or nil if there is none. Who changes its fields writes it as well.
function service.read(tx)
  if tx.service == nil then
    local text = redis.call('GET', keys.service(tx))
    tx.service = text and cjson.decode(text)
  end
  return tx.service or nil
end

return service
