-- Notes what the carrier says of an Interaction's outbound leg. Statuses only move forward; see carrier.statuses. Without
-- state it only reads.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, state, code, duration (seconds), found (true: by us, in the
--         carrier's list), taken (true: the callee pressed 1, or was put through), version }
-- Returns: { interaction, lang (of the one who began it), other (language of the other one) } or { error } or { stale }
local reply = use('storage.reply')
local redactions = use('carrier.redactions')
local versions = use('services.versions')
local interaction = use('sessions.interaction')
local people = use('sessions.people')
local session = use('sessions.session')
local outbound = use('relay.outbound')

return function(tx, args)
  local stale = versions.stale_reply(tx, args.version)
  if stale then return stale end
  local i = interaction.read(tx, args.interaction)
  if not i then redactions.add_orphan(tx, args.resource) end
  if not i or not i.outbound then return reply.error(20404) end
  local s = i.type == 'voice' and session.read(tx, i.session) or nil
  outbound.note(tx, i, s, {
    resource = args.resource, state = args.state, code = args.code, duration = args.duration, found = args.found,
    taken = args.taken,
  })
  local first, other = i.inbound and people.person(s, i.inbound.participant), people.person(s, i.outbound.participant)
  return cjson.encode({ interaction = i, lang = first and first.lang, other = other and other.lang })
end
