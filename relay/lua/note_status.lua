-- Notes what the carrier reports about an Interaction's outbound leg. Statuses only move forward: see carrier.statuses.
-- Without a state it only reads the Interaction.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, resource, state, code, duration (seconds), found (true: we found it
--         in the carrier's list), taken (true: the callee pressed 1, or was connected), version }
-- Returns: { interaction, lang (of the Participant who began it), other (language of the recipient) } or { error }
--          or { stale }
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
  local first = i.inbound and people.person(tx, s, i.inbound.participant)
  local other = people.person(tx, s, i.outbound.participant)
  return cjson.encode({ interaction = i, lang = first and first.lang, other = other and other.lang })
end
