-- Changes a Session's ttl, expiry or status: closes it, or re-opens a closed one if all its numbers are still free.
-- Repeating it with the same `random` changes nothing, so that a client whose answer was lost gets no error.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, status, ttl, expiry (null clears) }
-- Returns: { session } or { error, about }
local events = use('storage.events')
local json = use('storage.json')
local reply = use('storage.reply')
local lease = use('pool.lease')
local number = use('pool.number')
local close = use('sessions.close')
local lifetime = use('sessions.lifetime')
local session = use('sessions.session')

-- Returns the API's code of the reason why this person cannot have their number again, or nil.
local function obstacle(tx, p)
  local doc = number.read(tx, p.number)
  if not doc or doc.draining then return 80601 end
  if not lease.is_held(tx, p.who, p.number) then return nil end
  close.close_expired_of(tx, p.who)
  return lease.is_held(tx, p.who, p.number) and 80604 or nil
end

-- Takes the leases of a closed Session again. Returns the refusal, or nil.
local function reopen(tx, s)
  if s.expiry and s.expiry <= tx.now then return reply.error(20001, 'DateExpiry') end
  for _, p in ipairs(s.people) do
    local code = obstacle(tx, p)
    if code then return reply.error(code) end
  end
  for _, p in ipairs(s.people) do lease.take(tx, s, p) end
  s.reopened, s.reason, s.ended = tx.now, '', nil
end

return function(tx, args)
  local s = session.read(tx, args.session)
  if not s then return reply.error(20404) end
  local change = tonumber(string.sub(tx.random, 1, 11), 16)
  if s.change == change then return session.reply(s) end
  close.close_if_expired(tx, s)
  local expiry = json.without_null(args.expiry)
  if expiry and expiry <= tx.now then return reply.error(20001, 'DateExpiry') end
  local closed = not lifetime.is_active(s)
  if closed and args.status ~= 'open' and args.status ~= 'in-progress' then return reply.error(80607) end
  s.change = change
  if args.ttl then s.ttl = args.ttl end
  if args.expiry ~= nil then s.expiry = expiry end
  if args.status == 'closed' then
    close.close(tx, s, 'api', tx.now)
    return session.reply(s)
  end
  local refusal = closed and reopen(tx, s)
  if refusal then return refusal end
  s.status, s.updated = args.status or s.status, tx.now
  session.save(tx, s)
  local detail = { status = s.status, ttl = s.ttl, expiry = s.expiry }
  events.emit(tx, closed and 'session.reopened' or 'session.updated', s.sid, detail)
  return session.reply(s)
end
