-- Takes up opt-outs from elsewhere, or ends some, and with them whatever else keeps messages from those people.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { people = { { who, number (left out: of the whole Service), sealed } }, remove, by }
-- Returns: { changed } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local opt_outs = use('policy.opt_outs')
local reachability = use('policy.reachability')

-- Whether that changed anything.
local function remove(tx, p, field)
  local held = reachability.restore(tx, p.who, p.number or '', tx.now)
  local there = redis.call('HDEL', keys.optouts(tx), field) == 1
  if there then events.emit(tx, 'person.opted_in', '', { who = p.who, number = p.number }) end
  return there or held
end

local function add(tx, p, field, scope, by)
  if redis.call('HEXISTS', keys.optouts(tx), field) == 1 then return false end
  opt_outs.add(tx, p.who, p.number or '', scope, by, p.sealed)
  return true
end

return function(tx, args)
  if not service.read(tx) then return reply.error(20404) end
  local changed = 0
  for _, p in ipairs(args.people) do
    local scope = p.number and 'pair' or 'service'
    local field = opt_outs.field(p.who, p.number or '', scope)
    local done = args.remove and remove(tx, p, field) or not args.remove and add(tx, p, field, scope, args.by)
    if done then changed = changed + 1 end
  end
  return cjson.encode({ changed = changed })
end
