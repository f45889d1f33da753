-- Adds opt-outs from an import, or removes some. Removing also ends that a person counts as unreachable.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { people = { { who, number (left out: of the whole Service), sealed } }, remove, by }
-- Returns: { changed } or { error }
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local opt_outs = use('policy.opt_outs')
local reachability = use('policy.reachability')

-- Returns whether anything changed.
local function remove(tx, p, field)
  local was_unreachable = reachability.restore(tx, p.who, p.number or '', tx.now)
  local was_opted_out = redis.call('HDEL', keys.optouts(tx), field) == 1
  if was_opted_out then events.emit(tx, 'person.opted_in', '', { who = p.who, number = p.number }) end
  return was_opted_out or was_unreachable
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
    local has_changed = args.remove and remove(tx, p, field) or not args.remove and add(tx, p, field, scope, args.by)
    if has_changed then changed = changed + 1 end
  end
  return cjson.encode({ changed = changed })
end
