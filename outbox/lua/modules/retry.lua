-- A message that is to be tried once more. `report` is what settle_outgoing was told; each function returns the state
-- of the entry.
local retry = {}
local keys = use('storage.keys')
local attached_files = use('outbox.attached_files')
local line = use('outbox.line')
local park = use('outbox.park')

-- The claim ends, and the line waits so long.
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

-- The try came to nothing, and for sure nothing was sent.
function retry.again(tx, entry, i, report)
  if entry.tries >= report.most then return park.park(tx, entry, i, report.reason) end
  make_ready(entry)
  return retry.wait(tx, entry, report.delay_ms)
end

-- Its files have ended before it could be sent.
function retry.with_files(tx, entry, i, report)
  make_ready(entry)
  attached_files.fetch_again(tx, entry, i)
  return retry.wait(tx, entry, report.delay_ms)
end

-- No try can work.
function retry.never(tx, entry, i, report)
  return park.park(tx, entry, i, report.reason)
end

return retry
