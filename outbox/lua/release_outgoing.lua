#!lua
-- What an operator says of a message that was given up, or is held for the day: it is sent, behind what waits, or never.
-- One in doubt is looked for once more before.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, act = retry | drop }
-- Returns: { released } or { error }
-- use: sending, session
local now = clock()
local e, i = load_entry(args.interaction), load_interaction(args.interaction)
if not e or (e.state ~= 'parked' and e.state ~= 'held') then return fail(20404) end
if args.act ~= 'retry' or not i then
  drop(e, i, 'operator', now)
  return cjson.encode({ released = e.sid })
end
leave_line(e, now)
put_out(i, { number = e.number, who = string.sub(e.line, #e.number + 2) }, now, {
  state = e.doubted and 'in_doubt' or 'ready', released = true, doubted = e.doubted, tried = e.tried, first = e.first,
  part = e.part, again = e.again or e.doubted and true or nil, at_once = e.at_once or e.state == 'held' or nil,
  discard = e.discard, obfuscate = e.obfuscate, files = e.files,
})
emit(now, 'message.released', i.session, { interaction = i.sid })
return cjson.encode({ released = e.sid })
