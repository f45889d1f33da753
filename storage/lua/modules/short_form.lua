-- Folds an Interaction into its short form and back: see storage/short_form.py, whose tables are `storage.fields`.
local short_form = {}
local fields = use('storage.fields')

-- Returns the fields `names` that `doc` has, or nil.
local function more_of(doc, names)
  local found
  for n = 1, #names do
    local value = doc[names[n]]
    if value then
      found = found or {}
      found[names[n]] = value
    end
  end
  return found
end

local function add(doc, more)
  for name, value in pairs(more or {}) do doc[name] = value end
  return doc
end

local function letter(word) return fields.LETTERS[word] or word or false end
local function word(text) return fields.WORDS[text] or text or nil end
local function fold_leg(leg)
  if not leg then return false end
  local more = more_of(leg, fields.MORE_OF_LEG)
  return { leg.participant or false, leg.resource or false, letter(leg.state), letter(leg.status), more }
end

local function unfold_leg(row)
  if not row then return nil end
  return add({
    participant = row[1] or nil, resource = row[2] or nil, state = word(row[3]), status = word(row[4]),
  }, row[5])
end

-- Returns the JSON of the Interaction without its SID.
function short_form.encode(i)
  return cjson.encode({
    letter(i.type), i.created, i.updated ~= i.created and i.updated - i.created, i.session, i.sealed or false,
    i.segments or false, letter(i.encoding), fold_leg(i.inbound), fold_leg(i.outbound), more_of(i, fields.MORE),
  })
end

function short_form.decode(text, sid)
  local row = cjson.decode(text)
  return add({
    sid = sid, type = word(row[1]), created = row[2], updated = row[2] + (row[3] or 0), session = row[4],
    sealed = row[5] or nil, segments = row[6] or nil, encoding = word(row[7]), inbound = unfold_leg(row[8]),
    outbound = unfold_leg(row[9]),
  }, row[10])
end

-- Returns the JSON as events carry it, with the SID before the fields.
function short_form.with_sid(text, sid) return '["' .. sid .. '",' .. string.sub(text, 2) end

function short_form.is_event(text) return string.sub(text, 1, 3) == '["K' end

return short_form
