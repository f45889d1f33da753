-- Folds an Interaction into its short form and back: see storage/short_form.py, whose tables are `storage.fields`.
local short_form = {}
local fields = use('storage.fields')

local function fold(doc, places)
  local row, last = {}, 0
  for name, value in pairs(doc) do
    local place = places[name]
    if fields.LEGS[name] then
      value = fold(value, fields.PLACES_OF_LEG)
    elseif fields.WORDED[name] then
      value = fields.PLACES_OF_WORDS[value] or value
    end
    row[place] = value
    if place > last then last = place end
  end
  for place = 1, last do
    if row[place] == nil then row[place] = false end
  end
  return row
end

local function unfold(row, names)
  local doc = {}
  for place, value in ipairs(row) do
    local name = names[place]
    if fields.LEGS[name] and value then
      doc[name] = unfold(value, fields.LEG)
    elseif value then
      doc[name] = fields.WORDED[name] and fields.WORDS[value] or value
    end
  end
  return doc
end

-- Returns the JSON of the Interaction without its SID.
function short_form.encode(i)
  local sid, updated = i.sid, i.updated
  i.sid, i.updated = nil, updated - i.created
  local row = fold(i, fields.PLACES)
  i.sid, i.updated = sid, updated
  return cjson.encode(row)
end

function short_form.decode(text, sid)
  local i = unfold(cjson.decode(text), fields.FIELDS)
  i.sid, i.updated = sid, i.created + i.updated
  return i
end

-- Returns the JSON as events carry it, with the SID before the fields.
function short_form.with_sid(text, sid)
  return '["' .. sid .. '",' .. string.sub(text, 2)
end

function short_form.is_event(text)
  return string.sub(text, 1, 4) == '["KI'
end

return short_form
