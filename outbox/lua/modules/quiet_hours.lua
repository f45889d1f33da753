-- Quiet hours, in which a Service sends no messages.
local quiet_hours = {}
local json = use('storage.json')
local service = use('storage.service')
local cancel = use('outbox.cancel')
local held = use('outbox.held')
local pace = use('outbox.pace')

-- Returns the quiet hours that apply to this entry, and the moment (ms) after which it expires: { hours, ends }, or
-- nil. They do not apply to a long text whose first part was sent. `rules`: the Service's document.
function quiet_hours.of(entry, rules)
  if not json.without_null(rules.quiet_hours) or entry.at_once or entry.part then return nil end
  if entry.source == 'relayed' and rules.quiet_hours_for ~= 'all' then return nil end
  return { hours = rules.quiet_hours, ends = entry.since + rules.quiet_hours_expiry * 1000 }
end

-- Holds the message until they are over. If the quiet hours have changed since the caller checked them, the message is
-- due at once, to be checked again. `report`: the arguments of settle_outgoing. Returns the state of the entry.
function quiet_hours.hold(tx, entry, i, report)
  local quiet, checked = quiet_hours.of(entry, service.read(tx) or {}), report.quiet
  local is_same = quiet and quiet.hours == checked.hours and quiet.ends == checked.ends
  pace.give_back(tx, entry)
  held.add(tx, entry, i, is_same and report['until'] or tx.now)
  return 'held'
end

-- The message was held for too long: it is never sent. Parameters as for hold.
function quiet_hours.expire(tx, entry, i, report)
  pace.give_back(tx, entry)
  cancel.cancel(tx, entry, i, 'expired', nil, report['until'])
  return 'gone'
end

return quiet_hours
