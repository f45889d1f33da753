#!lua
-- Records that a number's routing at the carrier is no longer ours, or is again; told once for each change.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, fields (none: it is ours) }
-- Returns: { noted }
-- use: number, emit
local now, doc = clock(), number_by_sid(args.sid)
local drift = table.concat(args.fields, ',')
if not doc or (doc.drift or '') == drift then return cjson.encode({ noted = false }) end
doc.drift = drift ~= '' and drift or nil
save_number(doc)
if doc.drift then emit(now, 'number.drift', '', { sid = args.sid, fields = args.fields }) end
return cjson.encode({ noted = true })
