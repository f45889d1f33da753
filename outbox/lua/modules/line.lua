-- Messages that wait to be sent by the carrier's API. Each has an entry and waits in a line: one line for each proxy
-- number and person, named `number:person`. `line:<number>` lists those lines of the number whose head may be sent, in
-- turn. `lines` has each such number by the moment it is free, and each line whose head is claimed or waits, by the end
-- of that.
local line = {}
local keys = use('storage.keys')
local document = use('storage.document')
local pace = use('outbox.pace')

-- Returns the entry of the Interaction `sid`, or nil.
function line.read(tx, sid)
  return document.read(keys.outgoing(tx, sid), sid)
end

function line.save(tx, entry)
  document.save(keys.outgoing(tx, entry.sid), entry)
end

function line.is_waiting(tx, number, person)
  return redis.call('EXISTS', keys.line(tx, number .. ':' .. person)) == 1
end

function line.is_head(tx, entry) return redis.call('LINDEX', keys.line(tx, entry.line), 0) == entry.sid end

-- Queues the line `name` for its turn, after the number's other lines. `first`: before them, as it has waited already.
function line.await_turn(tx, name, number, first)
  redis.call(first and 'LPUSH' or 'RPUSH', keys.line(tx, number), name)
  redis.call('ZREM', keys.lines(tx), name)
  redis.call('ZADD', keys.lines(tx), 'NX', pace.free_at(tx, number), number)
end

-- Adds the message `i` to `p` to the end of its line. Its files, if it has any, are fetched before it is sent.
-- `fields`: the fields of its entry, if they are not those of a new one.
function line.add(tx, i, p, fields)
  local entry = fields or { state = 'ready', files = i.files and true }
  entry.sid, entry.line, entry.number, entry.since, entry.tries = i.sid, p.number .. ':' .. p.who, p.number, tx.now, 0
  entry.source = entry.source or i.inbound and 'relayed' or 'app'
  line.save(tx, entry)
  redis.call('ZADD', keys.queued(tx), tx.now, i.sid)
  if redis.call('RPUSH', keys.line(tx, entry.line), i.sid) == 1 then line.await_turn(tx, entry.line, p.number) end
end

-- Removes the entry from its line. If it was the head, the line waits for its turn with the next entry.
function line.remove(tx, entry)
  local was_head, name, sid = line.is_head(tx, entry), entry.line, entry.sid
  redis.call('DEL', keys.outgoing(tx, sid))
  for _, set in ipairs({ keys.queued(tx), keys.parked(tx), keys.held(tx) }) do redis.call('ZREM', set, sid) end
  for _, list in ipairs({ keys.line(tx, name), keys.held_line(tx, name) }) do redis.call('LREM', list, 1, sid) end
  if not was_head then return end
  redis.call('ZREM', keys.lines(tx), name)
  redis.call('LREM', keys.line(tx, entry.number), 0, name)
  if redis.call('EXISTS', keys.line(tx, name)) == 1 then line.await_turn(tx, name, entry.number) end
end

return line
