-- The last lease of each number that a person had, as MessagePack: number, ms of the release, partner, packed SID of the
-- Session, number, …
local lease_history = {}
local sids = use('storage.sids')
local history_periods = use('pool.history_periods')
local MOST, WIDTH = 32, 4

local function read(tx, person)
  local text = history_periods.read(tx, person)
  return text and cmsgpack.unpack(text) or {}
end

-- Returns proxy number -> { at (ms of the release), partner (index of a person, or '') }.
function lease_history.read(tx, person)
  local history, fields = {}, read(tx, person)
  for n = 1, #fields, WIDTH do history[fields[n]] = { at = fields[n + 1], partner = fields[n + 2] } end
  return history
end

-- Returns the SID of the Session in which this person last had the number, or nil.
function lease_history.session_of(tx, person, number)
  local fields = read(tx, person)
  for n = 1, #fields, WIDTH do
    if fields[n] == number then return sids.unpack('KC', fields[n + 3]) end
  end
end

local function remove(fields, from)
  for _ = 1, WIDTH do table.remove(fields, from) end
end

-- The newest is at the end.
local function remove_former(fields, number)
  for n = 1, #fields, WIDTH do
    if fields[n] == number then return remove(fields, n) end
  end
  if #fields >= MOST * WIDTH then remove(fields, 1) end
end

-- `partner`: index of the person whom they met, or nil.
function lease_history.add(tx, person, number, partner, session)
  local fields = read(tx, person)
  remove_former(fields, number)
  for _, field in ipairs({ number, tx.now, partner or '', sids.pack_often(session) }) do fields[#fields + 1] = field end
  history_periods.save(tx, person, cmsgpack.pack(fields))
end

return lease_history
