-- Opens a Session with its Participants: all leases or none. Repeating it with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, mode, status, people = { { sid, who, sealed, given, name, lang, zone, cells, country, number } },
--         unique_name (sealed), name_hash, ttl, expiry, most (Sessions of the Service; 0: no limit), version }
-- Returns: { opened } (the short form: storage/opening_form.py) | { session } (a repeated call, and it has changed) |
--          { stale } | { error, about }: about = position of the person in `people`, from 1
local keys = use('storage.keys')
local service = use('storage.service')
local events = use('storage.events')
local reply = use('storage.reply')
local session_text = use('storage.session_text')
local versions = use('services.versions')
local lease = use('pool.lease')
local assignment = use('sessions.assignment')
local listing = use('sessions.listing')
local opening_form = use('sessions.opening_form')
local people = use('sessions.people')
local session = use('sessions.session')

-- Adds all people. If there is no number for one of them, returns the API's code and this person's position; else nil.
local function add_people(tx, s, asked, rules)
  local taken = {}
  for slot, p in ipairs(asked) do
    local partner = asked[3 - slot]
    local number, code = assignment.choose(tx, p, partner and partner.who or '', rules, s.mode, taken)
    if not number then return code, slot end
    taken[number] = (taken[number] or 0) + 1
    people.add(s, assignment.participant(tx, p, number))
  end
end

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local rules = service.read(tx)
  if not rules then return reply.error(20404) end
  if session_text.exists(tx, args.sid) then return opening_form.reply(session.read(tx, args.sid)) end
  local name_hash = args.name_hash
  if name_hash and redis.call('HEXISTS', keys.names(tx), name_hash) == 1 then return reply.error(80603) end
  if args.expiry and args.expiry <= tx.now then return reply.error(20001, 'DateExpiry') end
  if args.most > 0 and listing.count(tx) >= args.most then return reply.error(20001, 'Sessions') end

  local s = {
    sid = args.sid, unique_name = args.unique_name, name_hash = name_hash, mode = args.mode, status = args.status,
    ttl = args.ttl or rules.default_ttl, expiry = args.expiry, reason = '', created = tx.now, updated = tx.now,
    people = {}, joined = 0,
  }
  local code, slot = add_people(tx, s, args.people, rules)
  if code then return reply.error(code, slot) end

  for _, p in ipairs(s.people) do lease.take(tx, s, p) end
  if name_hash then redis.call('HSET', keys.names(tx), name_hash, s.sid) end
  listing.add(tx, s)
  session.save(tx, s)
  local text = opening_form.encode(s)
  events.emit(tx, 'session.opened', s.sid, text)
  return opening_form.reply(s, text)
end
