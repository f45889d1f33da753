#!lua
-- Reads what Python may know of a Service beforehand; see lib/known.lua.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { version, service (left out: there is none), notices = field, value, field, …, content = the same }
-- use: known
clock()
return cjson.encode(all_known())
