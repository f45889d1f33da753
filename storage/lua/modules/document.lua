-- A document that the store keeps as JSON under the key of its SID, so the JSON itself does not repeat the SID.
local document = {}

-- Returns the document with its SID, or nil.
function document.read(key, sid)
  local text = redis.call('GET', key)
  if not text then return nil end
  local doc = cjson.decode(text)
  doc.sid = sid
  return doc
end

-- Saves the document. Returns the JSON that is stored.
function document.save(key, doc)
  local sid = doc.sid
  doc.sid = nil
  local text = cjson.encode(doc)
  redis.call('SET', key, text)
  doc.sid = sid
  return text
end

return document
