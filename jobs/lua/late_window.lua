#!lua
-- Which moments of the carrier's inbound list are to be compared with what came by webhook. The clock's field m: the end
-- of what was compared.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { settle_ms (younger ones may still come), overlap_ms, back_ms (the longest that is caught up with) }
-- Returns: { from, to } in ms, or { } if the Service has no numbers
-- use: base
local now = clock()
if redis.call('EXISTS', K.service(), K.numbers()) < 2 then return '{}' end
local to = now - args.settle_ms
local mark = tonumber(redis.call('HGET', K.clock(), 'm') or to)
return cjson.encode({ from = math.max(math.min(mark, to), to - args.back_ms) - args.overlap_ms, to = to })
