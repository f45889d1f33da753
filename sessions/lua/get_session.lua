#!lua
-- Reads one Session by SID or unique name; one past its time is closed first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { session }
-- Returns: { session } or { error }
-- use: close
local s = load_session(args.session)
if not s then return fail(20404) end
close_if_due(s, clock())
return shown(s)
