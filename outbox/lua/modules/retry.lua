-- Decides about the next try of a message. `report`: the arguments of settle_outgoing. Each function returns the state
-- of the entry.
local retry = {}
local keys = use('storage.keys')
local attached_files = use('outbox.attached_files')
local line = use('outbox.line')
local park = use('outbox.park')

-- Ends the claim. The line waits for `delay_ms`.
function retry.wait(tx, entry, delay_ms)
  entry.token, entry.due = nil, tx.now + delay_ms
  line.save(tx, entry)
  redis.call('ZADD', keys.lines(tx), entry.due, entry.line)
  return entry.state
end

local function make_ready(entry)
  entry.state = 'ready'
  if not entry.again then entry.first = nil end
end

-- The try failed, and it is certain that nothing was sent.
function retry.again(tx, entry, i, report)
  if entry.tries >= report.most then return park.park(tx, entry, i, report.reason) end
  make_ready(entry)
  return retry.wait(tx, entry, report.delay_ms)
end

-- Its clean files were dropped before it could be sent.
function retry.with_files(tx, entry, i, report)
  make_ready(entry)
  attached_files.fetch_again(tx, entry, i)
  return retry.wait(tx, entry, report.delay_ms)
end

-- No later try can succeed.
function retry.park(tx, entry, i, report)
  return park.park(tx, entry, i, report.reason)
end

return retry
