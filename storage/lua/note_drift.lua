#!lua
-- Records that a number's routing at the carrier is no longer ours.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, fields }
-- Returns: { noted }
-- use: base, emit
emit(clock(), 'number.drift', '', { sid = args.sid, fields = args.fields })
return cjson.encode({ noted = true })
