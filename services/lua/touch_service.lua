-- Makes every process read a Service again, because its account's tokens changed.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { touched }
local service = use('storage.service')
local versions = use('services.versions')

return function(tx)
  local exists = service.read(tx) ~= nil
  if exists then versions.renew(tx) end
  return cjson.encode({ touched = exists })
end
