#!lua
-- Lets every process read a Service anew: its account has other tokens.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { random }
-- Returns: { touched }
-- use: known
local there = service() ~= nil
if there then renew_version() end
return cjson.encode({ touched = there })
