-- Returns which part of the carrier's inbound list is to be compared with the webhooks that came. The clock's field m
-- is the moment up to which it was compared.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { settle_ms (webhooks of younger messages may still come), overlap_ms, back_ms (how far to look back) }
-- Returns: { from, to } in ms, or { } if the Service has no numbers
local keys = use('storage.keys')

return function(tx, args)
  if redis.call('EXISTS', keys.service(tx), keys.numbers(tx)) < 2 then return '{}' end
  local to = tx.now - args.settle_ms
  local compared = tonumber(redis.call('HGET', keys.clock(tx), 'm') or to)
  local from = math.max(math.min(compared, to), to - args.back_ms) - args.overlap_ms
  return cjson.encode({ from = from, to = to })
end
