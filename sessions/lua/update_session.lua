#!lua
-- Changes a Session's clock or status: closes it, or opens a closed one again if every pair is still free.
-- Repeating it with the same `random` changes nothing: a close whose answer was lost is no refusal.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, status, ttl, expiry (null clears), random }
-- Returns: { session } or { error, about }
-- use: close
local now = clock()
local s = load_session(args.session)
if not s then return fail(20404) end
if s.change == args.random then return shown(s) end
close_if_due(s, now)
local expiry = given(args.expiry)
if expiry and expiry <= now then return fail(20001, 'DateExpiry') end
local closed = not ACTIVE[s.status]
if closed and not (args.status and ACTIVE[args.status]) then return fail(80607) end

s.change = args.random
if args.ttl then s.ttl = args.ttl end
if args.expiry ~= nil then s.expiry = expiry end
if args.status == 'closed' then
  close_session(s, 'api', now, now)
  return shown(s)
end
if closed then
  local people = active(s)
  if s.expiry and s.expiry <= now then return fail(20001, 'DateExpiry') end
  for _, one in ipairs(people) do
    local doc = number_doc(one.p.number)
    if not doc or doc.draining then return fail(80601) end
    if holds(one.p.who, one.p.number) then
      expire_person(one.p.who, now)
      if holds(one.p.who, one.p.number) then return fail(80604) end
    end
  end
  s.reopened, s.reason, s.ended = now, '', nil
  for _, one in ipairs(people) do take(s, one.slot) end
end
s.status, s.updated = args.status or s.status, now
save_session(s)
emit(now, closed and 'session.reopened' or 'session.updated', s.sid, { status = s.status, ttl = s.ttl, expiry = s.expiry })
return shown(s)
