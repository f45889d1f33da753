#!lua
-- Takes a Participant out of its Session and releases its lease. A second time changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant }
-- Returns: { session } or { error }
-- use: close
local now = clock()
local s = load_session(args.session)
if not s then return fail(20404) end
close_if_due(s, now)
for slot, p in ipairs(s.people) do
  if p.sid == args.participant then
    if p.deleted then return shown(s) end
    if ACTIVE[s.status] then release(s, slot, met(s, slot), now) end
    p.deleted, p.updated, s.updated = now, now, now
    save_session(s)
    emit(now, 'participant.removed', s.sid, { participant = p.sid })
    return shown(s)
  end
end
return fail(20404)
