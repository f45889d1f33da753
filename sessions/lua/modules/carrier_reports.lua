-- Applies the carrier's reports of a message's outbound leg to its recipient. The result is the same for a webhook, a
-- list and the answer to a request.
local carrier_reports = {}
local keys = use('storage.keys')
local events = use('storage.events')
local service = use('storage.service')
local carrier_codes = use('policy.carrier_codes')
local opt_outs = use('policy.opt_outs')
local reachability = use('policy.reachability')
local session = use('sessions.session')
local people = use('sessions.people')
local DAY_MS = reachability.DAY_MS

local function note_opt_out(tx, p)
  local rules = service.read(tx)
  if rules then opt_outs.add(tx, p.who, p.number, rules.opt_out_scope, 'carrier', p.sealed, p.sid) end
end

-- Counts one more refusal. `rule`: what its code means, see policy.carrier_codes.
local function note_unreachable(tx, p, i, rule)
  local code, now = i.outbound.code, tx.now
  local field = rule.whose == 'person' and p.who or p.who .. '|' .. p.number
  local known = reachability.read(tx, field)
  if (known.since or 0) >= i.created then return end
  -- A delivery between two refusals may not be reported: refusals that are far apart do not count as a row.
  if now - (known.at or now) > 7 * DAY_MS then known.first, known.times = nil, nil end
  local first, times = known.first or now, (known.times or 0) + 1
  local is_unreachable = times >= rule.times and (rule.times == 1 or now - first >= DAY_MS)
  local new_end, old_end = is_unreachable and now + rule.days * DAY_MS or 0, known['until'] or 0
  reachability.save(tx, field, {
    first = first, at = now, times = times, code = new_end >= old_end and code or known.code, since = known.since,
    begun = known.begun, told = math.max(known.told or 0, i.created),
    ['until'] = math.max(new_end, old_end) > 0 and math.max(new_end, old_end) or nil,
  })
  if is_unreachable then events.emit(tx, 'person.unreachable', '', { who = p.who, number = p.number, code = code }) end
end

local function note_refusal(tx, p, i, rule)
  local of_pair = reachability.read(tx, p.who .. '|' .. p.number)
  if (of_pair.since or 0) >= i.created then return end
  if i.outbound.code == carrier_codes.OPTED_OUT then note_opt_out(tx, p) else note_unreachable(tx, p, i, rule) end
end

-- Notes the new state of the outbound leg of the message `i`.
function carrier_reports.note(tx, i)
  local rule, arrived = carrier_codes.UNREACHABLE[i.outbound.code], carrier_codes.ARRIVED[i.outbound.state]
  if not rule and i.outbound.code ~= carrier_codes.OPTED_OUT and not arrived then return end
  if arrived and redis.call('EXISTS', keys.unreachable(tx)) == 0 then return end
  local p = people.person(tx, session.read(tx, i.session), i.outbound.participant)
  if not p then return end
  if arrived then reachability.restore(tx, p.who, p.number, i.created) else note_refusal(tx, p, i, rule) end
end

return carrier_reports
