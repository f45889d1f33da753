-- Reads one delivery, with the sealed text of its Interaction.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { delivery }
-- Returns: { delivery } or { error }
local reply = use('storage.reply')
local interaction = use('sessions.interaction')
local delivery = use('callbacks.delivery')

return function(tx, args)
  local d = delivery.read(tx, args.delivery)
  if not d then return reply.error(20404) end
  local i = d.interaction and interaction.read(tx, d.interaction)
  d.sealed = i and i.sealed or nil
  return cjson.encode({ delivery = d })
end
