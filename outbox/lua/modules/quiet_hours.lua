-- Quiet hours, in which a Service sends no messages.
local quiet_hours = {}
local json = use('storage.json')
local service = use('storage.service')
local cancel = use('outbox.cancel')
local held = use('outbox.held')
local pace = use('outbox.pace')

-- The quiet hours that count for this entry, and the moment (ms) after which they may not hold it any longer: { hours,
-- ends }, or nil if none count. A long text that was begun is sent to its end. `rules`: the Service's document.
function quiet_hours.of(entry, rules)
  if not json.without_null(rules.quiet_hours) or entry.at_once or entry.part then return nil end
  if entry.source == 'relayed' and rules.quiet_hours_for ~= 'all' then return nil end
  return { hours = rules.quiet_hours, ends = entry.since + rules.quiet_hours_expiry * 1000 }
end

-- The message waits until they are over. If other quiet hours count now than those it was judged by, it is judged again
-- at once. `report` is what settle_outgoing was told; returns the state of the entry.
function quiet_hours.hold(tx, entry, i, report)
  local quiet, judged_by = quiet_hours.of(entry, service.read(tx) or {}), report.quiet
  local is_same = quiet and quiet.hours == judged_by.hours and quiet.ends == judged_by.ends
  pace.give_back(tx, entry)
  held.add(tx, entry, i, is_same and report['until'] or tx.now)
  return 'held'
end

-- They have held it for too long: it is never sent. As hold.
function quiet_hours.expire(tx, entry, i, report)
  pace.give_back(tx, entry)
  cancel.cancel(tx, entry, i, 'expired', nil, report['until'])
  return 'gone'
end

return quiet_hours
