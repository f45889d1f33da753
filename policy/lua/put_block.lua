-- Blocks the Service, a number, a Session or a person, or lifts the block.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { scope = service | number | session | person, id (number, Session SID, blind index), sealed (a person's
--         number), lift, most (blocks of the Service; 0: no limit) }
-- Returns: { changed } or { error, about }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local session_text = use('storage.session_text')

local function exists(tx, scope, id)
  if scope == 'number' then return redis.call('HEXISTS', keys.numbers(tx), id) == 1 end
  if scope == 'session' then return session_text.exists(tx, id) end
  return scope == 'service' or scope == 'person'
end

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  if not args.lift and not exists(tx, args.scope, args.id) then return reply.error(20404) end
  local field = args.id and args.scope .. '|' .. args.id or args.scope
  local is_blocked = redis.call('HEXISTS', keys.blocks(tx), field) == 1
  if is_blocked == not args.lift then return cjson.encode({ changed = false }) end
  if not args.lift and args.most > 0 and redis.call('HLEN', keys.blocks(tx)) >= args.most then
    return reply.error(20001, 'Blocks')
  end
  if args.lift then
    redis.call('HDEL', keys.blocks(tx), field)
  else
    redis.call('HSET', keys.blocks(tx), field, cjson.encode({ at = tx.now, sealed = args.sealed }))
  end
  local session = args.scope == 'session' and args.id or ''
  events.emit(tx, args.lift and 'block.lifted' or 'block.set', session, { scope = args.scope, id = args.id })
  return cjson.encode({ changed = true })
end
