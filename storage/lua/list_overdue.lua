#!lua
-- The carrier's SIDs (and stages) of questions to the app that nobody ended in time, the oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most }
-- Returns: { sids }
-- use: base
local now = clock()
local found = service() and redis.call('ZRANGEBYSCORE', K.question_ends(), '-inf', now, 'LIMIT', 0, args.most)
return cjson.encode({ sids = found or {} })
