-- Lists draining numbers whose last lease has ended, 100 at most.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { numbers }
local keys = use('storage.keys')
local cell = use('pool.cell')

return function(tx)
  local found = redis.call('ZRANGEBYSCORE', keys.cell(tx, 'draining'), '-inf', cell.UNIT - 1, 'LIMIT', 0, 100)
  return cjson.encode({ numbers = found })
end
