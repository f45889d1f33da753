-- One page of the messages that the app itself sent to a Participant, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { participant, limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next }
local keys = use('storage.keys')
local page = use('storage.page')
local interaction = use('sessions.interaction')

return function(tx, args)
  local docs = {}
  local found = page.read(keys.sent(tx, args.participant), args.limit, args.after, args.before)
  for _, sid in ipairs(found.members) do docs[#docs + 1] = interaction.read(tx, sid) end
  return page.reply(found, docs)
end
