#!lua
-- Reads one Interaction of a Session.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session, interaction }
-- Returns: { interaction } or { error }
-- use: interaction
local i, sid = load_interaction(args.interaction), sid_of(args.session)
if not i or i.session ~= sid then return fail(20404) end
return cjson.encode({ interaction = i })
