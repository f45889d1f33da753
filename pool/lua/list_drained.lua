#!lua
-- Draining numbers whose last lease has ended, 100 at most.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { numbers }
-- use: lease
local found = redis.call('ZRANGEBYSCORE', K.cell('draining'), '-inf', UNIT - 1, 'LIMIT', 0, 100)
return cjson.encode({ numbers = found })
