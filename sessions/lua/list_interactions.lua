-- One page of a Session's Interactions, oldest first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, limit, after or before = { score, member } }
-- Returns: { members, docs, previous, next } or { error }
local keys = use('storage.keys')
local page = use('storage.page')
local reply = use('storage.reply')
local session_text = use('storage.session_text')
local interaction = use('sessions.interaction')
local session = use('sessions.session')

return function(tx, args)
  local sid, docs = session.sid_of(tx, args.session), {}
  if not sid or not session_text.exists(tx, sid) then return reply.error(20404) end
  local found = page.read(keys.interactions(tx, sid), args.limit, args.after, args.before)
  for n, interaction_sid in ipairs(found.members) do docs[n] = interaction.read(tx, interaction_sid) end
  return page.reply(found, docs)
end
