-- A message is in doubt if nobody knows whether it was sent: it is looked for in the carrier's list. `report`: the
-- arguments of settle_outgoing. Each function returns the state of the entry.
local doubt = {}
local line = use('outbox.line')
local park = use('outbox.park')
local retry = use('outbox.retry')

function doubt.begin(tx, entry, _, report)
  entry.state, entry.doubted = 'in_doubt', entry.doubted or tx.now
  return retry.wait(tx, entry, report.delay_ms)
end

-- The carrier's list could not be read.
function doubt.look_again(tx, entry, _, report)
  return retry.wait(tx, entry, report.delay_ms)
end

-- The list does not have it. After `doubt_ms` it is sent again, unless an operator has to decide about that.
function doubt.not_found(tx, entry, i, report)
  if tx.now - entry.doubted < report.doubt_ms then return retry.wait(tx, entry, report.delay_ms) end
  local needs_operator = (report.policy == 'hold' or report.blind) and not entry.released
  if needs_operator or entry.tries >= report.most then return park.park(tx, entry, i, 'in_doubt') end
  entry.state, entry.doubted, entry.again, entry.token = 'ready', nil, true, nil
  line.save(tx, entry)
  line.await_turn(tx, entry.line, entry.number, true)
  return 'ready'
end

return doubt
