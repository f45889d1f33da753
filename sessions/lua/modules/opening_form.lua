-- Writes a new Session in its short form: see storage/opening_form.py, which reads it.
local opening_form = {}
local row = use('storage.row')
local session = use('sessions.session')

local function person(p)
  return row.shortened({
    p.sid, p.who, p.sealed, p.number, p.pn, p.name or false, p.lang or false, p.zone or false, p.given or false,
  }, 9)
end

-- Returns JSON.
function opening_form.encode(s)
  local people = {}
  for n, p in ipairs(s.people) do people[n] = person(p) end
  return cjson.encode(row.shortened({
    s.sid, s.created, s.mode, s.status, s.ttl, people, s.expiry or false, s.unique_name or false, s.name_hash or false,
  }, 9))
end

-- Returns the answer of a call that opened `s`, or found it: in the short form if it is still as it was opened. `text`: that
-- form, if the caller has it.
function opening_form.reply(s, text)
  local is_changed = s.updated > s.created or s.change or s.started or s.ended or s.left_at
  if is_changed then return session.reply(s) end
  return '{"opened":' .. (text or opening_form.encode(s)) .. '}'
end

return opening_form
