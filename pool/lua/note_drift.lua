-- Notes that a number's settings at the carrier differ from ours, or no longer do. Emits one event for each change.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, fields (that differ; empty: none) }
-- Returns: { noted }
local events = use('storage.events')
local number = use('pool.number')

return function(tx, args)
  local doc = number.read_by_sid(tx, args.sid)
  local drift = table.concat(args.fields, ',')
  if not doc or (doc.drift or '') == drift then return cjson.encode({ noted = false }) end
  doc.drift = drift ~= '' and drift or nil
  number.save(tx, doc)
  if doc.drift then events.emit(tx, 'number.drift', '', { sid = args.sid, fields = args.fields }) end
  return cjson.encode({ noted = true })
end
