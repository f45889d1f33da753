#!lua
-- Takes up opt-outs from elsewhere, or ends some, and with them whatever else keeps messages from those people.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { people = { { who, number (left out: of the whole Service), sealed } }, remove, by }
-- Returns: { changed } or { error }
-- use: reach
local now, changed = clock(), 0
if not service() then return fail(20404) end
for _, p in ipairs(args.people) do
  local scope = p.number and 'pair' or 'service'
  local field = opt_out_of(p.who, p.number or '', scope)
  local there = redis.call('HEXISTS', K.optouts(), field) == 1
  local held = args.remove and reach.restore(p.who, p.number or '', now, now)
  if args.remove and there then
    redis.call('HDEL', K.optouts(), field)
    emit(now, 'person.opted_in', '', { who = p.who, number = p.number })
  elseif not args.remove and not there then
    opt_out(p.who, p.number or '', { opt_out_scope = scope }, args.by, p.sealed, now)
  end
  if held or there == (args.remove or false) then changed = changed + 1 end
end
return cjson.encode({ changed = changed })
