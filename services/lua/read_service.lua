-- Reads what Python may cache of a Service; see services.versions.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { version, service (left out: there is none), notices = field, value, field, …, content = the same }
local versions = use('services.versions')

return function(tx)
  return cjson.encode(versions.snapshot(tx))
end
