#!lua
-- Writes down a call that the app asked for before the carrier hears of it: it is placed once or never. Repeating it
-- with the same SID changes nothing.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, participant (rung first), interaction }
-- Returns: { interaction, sealed, from, lang, limit } or { error }
-- use: close, interaction, live, watch, blocks
local svc, now = service(), clock()
local s = svc and load_session(args.session)
if not s then return fail(20404) end
close_if_due(s, now)
if not ACTIVE[s.status] then return fail(80607) end
if s.mode == 'message-only' then return fail(80911) end
local slot
for n, p in ipairs(s.people) do
  if p.sid == args.participant and not p.deleted then slot = n end
end
if not slot then return fail(20404) end
local first, partner = s.people[slot], partner_of(s, slot)
if not partner then return fail(80614) end
if blocked(first.who, first.number, s, partner) then return fail(20403) end

local i = load_interaction(args.interaction)
local limit = i and limit_of(s, svc, now)
i = i or {
  sid = args.interaction, type = 'voice', placed = true,
  inbound = { participant = first.sid, status = 'queued', state = 'queued' },
  outbound = { participant = partner.sid, status = 'initiated', state = 'queued' },
}
if not limit then
  limit = begin_call(s, i, svc, now)
  watch(i, svc, now)
  emit(now, 'interaction.created', s.sid, record(s, i, now))
end
return cjson.encode({ interaction = i, sealed = first.sealed, from = first.number, lang = first.lang, limit = limit })
