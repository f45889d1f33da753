#!lua
-- Adds a Participant to an active Session and leases a number for it. Repeating it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, person = { sid, who, sealed, given, name, lang, zone, cells (by mode), country, number } }
-- Returns: { session } or { error }
-- use: ladder
local svc, now = service(), clock()
local s = svc and load_session(args.session)
if not s then return fail(20404) end
for _, p in ipairs(s.people) do
  if p.sid == args.person.sid then return shown(s) end
end
close_if_due(s, now)
if not ACTIVE[s.status] then return fail(80607) end

local there, p = active(s), args.person
if #there >= 2 then return fail(80609) end
local partner = there[1] and there[1].p
for _, one in ipairs(s.people) do
  -- Whoever was removed stays part of the Session, and does not come back to it.
  if one.who == p.who then return fail(80103) end
end
p.cells = p.cells[s.mode]
local number, code = choose(p, partner and partner.who or '', svc, s.mode, now, {})
if not number then return fail(code) end

local slot = #s.people + 1
s.people[slot] = {
  sid = p.sid, who = p.who, sealed = p.sealed, given = p.given, name = p.name, lang = p.lang, zone = p.zone,
  number = number, pn = number_doc(number).sid, created = now, updated = now,
}
s.updated = now
take(s, slot)
save_session(s)
emit(now, 'participant.joined', s.sid, s.people[slot])
return shown(s)
