-- One page of the messages that wait to be sent, are held during quiet hours, or are parked, in the order of their
-- moments.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { state = waiting | held | parked, limit, after or before = { score, member } }
-- Returns: { members, docs = { { entry, session, participant, segments } }, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')
local interaction = use('sessions.interaction')
local line = use('outbox.line')

return function(tx, args)
  local lists, docs = { waiting = keys.queued(tx), held = keys.held(tx), parked = keys.parked(tx) }, {}
  local found = page.read(lists[args.state], args.limit, args.after, args.before)
  for _, sid in ipairs(found.members) do
    local i = interaction.read(tx, sid)
    docs[#docs + 1] = {
      entry = line.read(tx, sid), session = i and i.session, participant = i and i.outbound.participant,
      segments = i and i.segments,
    }
  end
  return page.reply(found, docs)
end
