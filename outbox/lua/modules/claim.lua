-- Claims the message at the head of a line: for `lease_ms` nobody else sends it.
local claim = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local attached_files = use('outbox.attached_files')
local attempt = use('outbox.attempt')
local cancel = use('outbox.cancel')
local held = use('outbox.held')
local line = use('outbox.line')
local park = use('outbox.park')
local quiet_hours = use('outbox.quiet_hours')
local recipient = use('outbox.recipient')

local function add(tx, batch, entry, i, p, at)
  local claims = batch.claims
  entry.token, entry.due = batch.token .. (#claims + 1), at + batch.lease_ms
  line.save(tx, entry)
  redis.call('ZADD', keys.lines(tx), entry.due, entry.line)
  claims[#claims + 1] = {
    entry = entry, sealed = i.sealed, recipient = p.sid, person = p.sealed, zone = p.zone, session = i.session,
    media = i.media, wait_ms = at - tx.now, quiet = quiet_hours.of(entry, batch.rules),
  }
end

-- The head of the line `name` has no entry any more: the line waits for its turn with the next message.
local function skip_head(tx, name)
  redis.call('LPOP', keys.line(tx, name))
  redis.call('ZREM', keys.lines(tx), name)
  local number = string.match(name, '^[^:]+')
  if redis.call('EXISTS', keys.line(tx, name)) == 1 then line.await_turn(tx, name, number, true) end
end

-- Claims the head of the line `name`. `at`: the turn of its number (ms); nil: the time that the line had to wait is
-- over. A message whose earlier claim was never settled is in doubt: it is claimed to be looked for, never to be sent.
-- `batch`: { claims = a list that grows, token, lease_ms, rules (the Service's document), rate (segments that a long
-- code sends a second) }.
function claim.head(tx, batch, name, at)
  held.put_back_due(tx, name)
  local sid = redis.call('LINDEX', keys.line(tx, name), 0)
  local entry, i = sid and line.read(tx, sid), sid and interaction.read(tx, sid)
  if not entry then return skip_head(tx, name) end
  if not i then return line.remove(tx, entry) end
  local p, refusal = recipient.check(tx, i, entry.number)
  if entry.state == 'sending' then entry.state, entry.doubted = 'in_doubt', entry.doubted or tx.now end
  if entry.state == 'in_doubt' then return add(tx, batch, entry, i, p, tx.now) end
  if refusal and refusal.park then return park.park(tx, entry, i, refusal.reason) end
  if refusal then return cancel.cancel(tx, entry, i, refusal.reason, refusal.code) end
  if entry.files then return attached_files.wait(tx, entry) end
  if not at then return line.await_turn(tx, name, entry.number, true) end
  attempt.begin(tx, entry, i, at, batch.rules, batch.rate)
  add(tx, batch, entry, i, p, at)
end

return claim
