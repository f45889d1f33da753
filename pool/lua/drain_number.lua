#!lua
-- Takes a number out of choice at once; its live leases run out by themselves, and it stays in the list until then.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid }
-- Returns: { number } (in_use 0: it may be given back now) or { error }
-- use: number, emit
local now = clock()
local doc = number_by_sid(args.sid)
if not doc then return fail(20404) end
if doc.draining then return shown_number(doc) end
move(doc, { 'draining' })
doc.draining, doc.updated = true, now
save_number(doc)
emit(now, 'number.draining', '', { sid = doc.sid, number = doc.number })
return shown_number(doc)
