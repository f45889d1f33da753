-- The document of a delivery: one request to one receiver of the Service's callbacks or events.
local delivery = {}
local keys = use('storage.keys')

-- Returns the document, or nil.
function delivery.read(tx, sid)
  local text = redis.call('GET', keys.delivery(tx, sid))
  if not text then return nil end
  local d = cjson.decode(text)
  d.sid = sid
  return d
end

function delivery.save(tx, d)
  local sid = d.sid
  d.sid = nil
  redis.call('SET', keys.delivery(tx, sid), cjson.encode(d))
  d.sid = sid
end

return delivery
