-- Claims heads of lines: for args.lease_ms nobody else sends them. A message whose earlier claim was never settled is
-- in doubt: it is claimed to be looked for, never to be sent.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { room (how many), kept (how many of them only for messages that are due now), soon_ms (how soon the
--         turn of the others must come), token, lease_ms, rate (segments a second of a long code) }
-- Returns: { claims = { { entry, sealed (text), recipient, person (sealed), zone, session, media, wait_ms,
--          quiet = { hours, ends } } } }
local keys = use('storage.keys')
local service = use('storage.service')
local claim = use('outbox.claim')
local held = use('outbox.held')
local pace = use('outbox.pace')
local MOST_STEPS = 200

-- Whether the member of `lines` is a line, whose head is claimed or waits; else it is a number that may send.
local function is_line(member)
  return string.find(member, ':', 1, true) ~= nil
end

-- The number has its turn at `at`: claims the head of its next line, if there is one.
local function claim_next_line(tx, batch, number, at)
  local name = redis.call('LPOP', keys.line(tx, number))
  if name then claim.head(tx, batch, name, at) end
  pace.next_turn(tx, number)
end

-- Claims until there are `room` claims, from turns up to `end_ms`. Lines that are not due yet are skipped: until then
-- their head is claimed or has to wait.
local function fill(tx, batch, end_ms, room)
  local skipped = 0
  while #batch.claims < room and batch.steps < MOST_STEPS do
    batch.steps = batch.steps + 1
    local row = redis.call('ZRANGEBYSCORE', keys.lines(tx), '-inf', end_ms, 'WITHSCORES', 'LIMIT', skipped, 1)
    local member, moment = row[1], tonumber(row[2])
    if not member then return end
    if not is_line(member) then
      claim_next_line(tx, batch, member, math.max(moment, tx.now))
    elseif moment <= tx.now then
      claim.head(tx, batch, member)
    else
      skipped = skipped + 1
    end
  end
end

return function(tx, args)
  local rules = service.read(tx)
  local batch = {
    claims = {}, steps = 0, rules = rules, token = args.token, lease_ms = args.lease_ms, rate = args.rate,
  }
  if rules then
    held.put_back_all_due(tx, MOST_STEPS)
    fill(tx, batch, tx.now, args.room)
    fill(tx, batch, tx.now + args.soon_ms, args.room - args.kept)
  end
  return cjson.encode({ claims = batch.claims })
end
