#!lua
-- Opens a Session with its Participants: all leases or none. Repeating it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, mode, status, people = { { sid, who, sealed, given, name, lang, zone, cells, country, number } }, unique_name, ttl, expiry }
-- Returns: { session } or { error, about }: about = place of the person in `people`, from 1
-- use: ladder
local svc, now = service(), clock()
if not svc then return fail(20404) end
local known = load_session(args.sid)
if known then return shown(known) end
if args.unique_name and redis.call('HEXISTS', K.names(), args.unique_name) == 1 then return fail(80603) end
if args.expiry and args.expiry <= now then return fail(20001, 'DateExpiry') end

local s = {
  sid = args.sid, unique_name = args.unique_name, mode = args.mode, status = args.status,
  ttl = args.ttl or svc.default_ttl, expiry = args.expiry, reason = '', created = now, updated = now, people = {},
}
local taken = {}
for slot, p in ipairs(args.people) do
  local partner = args.people[3 - slot]
  local number, code = choose(p, partner and partner.who or '', svc, s.mode, now, taken)
  if not number then return fail(code, slot) end
  taken[number] = (taken[number] or 0) + 1
  s.people[slot] = {
    sid = p.sid, who = p.who, sealed = p.sealed, given = p.given, name = p.name, lang = p.lang, zone = p.zone,
    number = number, pn = number_doc(number).sid, created = now, updated = now,
  }
end

for slot in ipairs(s.people) do take(s, slot) end
if s.unique_name then redis.call('HSET', K.names(), s.unique_name, s.sid) end
redis.call('ZADD', K.sessions(), now, s.sid)
save_session(s)
local text = cjson.encode(s)
emit(now, 'session.opened', s.sid, text)
return shown(s, text)
