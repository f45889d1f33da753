-- An operator decides about a parked or held message: it is added to the end of its line again (retry), or never sent
-- (drop). A message in doubt is looked for again before it is sent.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, act = retry | drop }
-- Returns: { released } or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local interaction = use('sessions.interaction')
local cancel = use('outbox.cancel')
local line = use('outbox.line')

local function add_again(tx, entry, i)
  line.add(tx, i, { number = entry.number, who = string.sub(entry.line, #entry.number + 2) }, {
    state = entry.doubted and 'in_doubt' or 'ready', released = true, doubted = entry.doubted, tried = entry.tried,
    first = entry.first, part = entry.part, again = entry.again or entry.doubted and true or nil,
    at_once = entry.at_once or entry.state == 'held' or nil, discard = entry.discard, obfuscate = entry.obfuscate,
    files = entry.files,
  })
end

return function(tx, args)
  local entry, i = line.read(tx, args.interaction), interaction.read(tx, args.interaction)
  if not entry or (entry.state ~= 'parked' and entry.state ~= 'held') then return reply.error(20404) end
  if not i then
    line.remove(tx, entry)
  elseif args.act == 'retry' then
    line.remove(tx, entry)
    add_again(tx, entry, i)
    events.emit(tx, 'message.released', i.session, { interaction = i.sid })
  else
    cancel.cancel(tx, entry, i, 'operator')
  end
  return cjson.encode({ released = entry.sid })
end
