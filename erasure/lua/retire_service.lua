#!lua
-- Takes the last of a deleted Service away, once all that it did is recorded and told.
-- KEYS: 1 the Service
-- ARGV: 1 JSON {}
-- Returns: { retired }
-- use: base
local busy = redis.call('EXISTS', K.service(), K.sessions(), K.deliveries('all'), K.numbers(), K.redactions(), K.attachments()) > 0
if busy or redis.call('XLEN', K.events()) > 0 then return cjson.encode({ retired = false }) end
redis.call('DEL', K.clock(), K.events(), K.watched(), K.optouts(), K.unreachable())
return cjson.encode({ retired = true })
