-- Notes that a number's settings at the carrier differ from ours, or no longer do, with an event for each change; and
-- when the token in its webhook URLs there was made.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { sid, fields (that differ; empty: none), url_since (ms; null: not known) }
-- Returns: { noted }
local events = use('storage.events')
local json = use('storage.json')
local number = use('pool.number')

return function(tx, args)
  local doc = number.copy_by_sid(tx, args.sid)
  local drift = table.concat(args.fields, ',')
  local url_since = doc and (json.without_null(args.url_since) or doc.url_since)
  local is_changed = doc and (doc.drift or '') ~= drift
  if not is_changed and (not doc or doc.url_since == url_since) then return cjson.encode({ noted = false }) end
  doc.drift, doc.url_since = drift ~= '' and drift or nil, url_since
  number.save(tx, doc)
  if is_changed and doc.drift then events.emit(tx, 'number.drift', '', { sid = args.sid, fields = args.fields }) end
  return cjson.encode({ noted = true })
end
