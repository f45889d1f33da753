-- The document of a delivery: one request to one receiver of the Service's callbacks or events.
local delivery = {}
local keys = use('storage.keys')
local document = use('storage.document')

-- Returns the document, or nil.
function delivery.read(tx, sid)
  return document.read(keys.delivery(tx, sid), sid)
end

function delivery.save(tx, d)
  document.save(keys.delivery(tx, d.sid), d)
end

return delivery
