-- Which moments of the carrier's inbound list are to be compared with what came by webhook. The clock's field m: the
-- end of what was compared.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { settle_ms (younger ones may still come), overlap_ms, back_ms (the longest that is caught up with) }
-- Returns: { from, to } in ms, or { } if the Service has no numbers
local keys = use('storage.keys')

return function(tx, args)
  if redis.call('EXISTS', keys.service(tx), keys.numbers(tx)) < 2 then return '{}' end
  local to = tx.now - args.settle_ms
  local compared = tonumber(redis.call('HGET', keys.clock(tx), 'm') or to)
  local from = math.max(math.min(compared, to), to - args.back_ms) - args.overlap_ms
  return cjson.encode({ from = from, to = to })
end
