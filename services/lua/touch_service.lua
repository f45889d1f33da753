-- Lets every process read a Service anew: its account has other tokens.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { touched }
local service = use('storage.service')
local versions = use('services.versions')

return function(tx)
  local there = service.read(tx) ~= nil
  if there then versions.renew(tx) end
  return cjson.encode({ touched = there })
end
