#!lua
-- Lets every process read a Service anew: its account has other tokens.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { touched }
-- use: known
local there = service() ~= nil
if there then raise_version() end
return cjson.encode({ touched = there })
