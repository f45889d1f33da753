#!lua
-- Reserves a number or gives it back to choice; its live leases go on.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, reserved (left out: read only) }
-- Returns: { number } or { error }
-- use: number, emit
local now = clock()
local doc = number_by_sid(args.sid)
if not doc then return fail(20404) end
if args.reserved ~= nil and doc.draining then return fail(80601) end
if args.reserved ~= nil and args.reserved ~= doc.reserved then
  move(doc, args.reserved and { 'reserved' } or doc.home)
  doc.reserved, doc.updated = args.reserved, now
  save_number(doc)
  emit(now, 'number.updated', '', { sid = doc.sid, reserved = doc.reserved })
end
return shown_number(doc)
