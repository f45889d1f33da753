#!lua
-- Stops the Service, a number, a Session or a person, or lets it go on.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { scope = service | number | session | person, id (number, Session SID, blind index), sealed (a person's
--         number), lift }
-- Returns: { changed } or { error }
-- use: base, emit
local now = clock()
if not service() then return fail(20404) end
local field = args.id and args.scope .. '|' .. args.id or args.scope
local known = args.lift or args.scope == 'number' and redis.call('HEXISTS', K.numbers(), args.id) == 1
  or args.scope == 'session' and redis.call('EXISTS', K.session(args.id)) == 1 or args.scope == 'service' or args.scope == 'person'
if not known then return fail(20404) end
local there = redis.call('HEXISTS', K.blocks(), field) == 1
if there == not args.lift then return cjson.encode({ changed = false }) end
if args.lift then
  redis.call('HDEL', K.blocks(), field)
else
  redis.call('HSET', K.blocks(), field, cjson.encode({ at = now, sealed = args.sealed }))
end
local session = args.scope == 'session' and args.id or ''
emit(now, args.lift and 'block.lifted' or 'block.set', session, { scope = args.scope, id = args.id })
return cjson.encode({ changed = true })
