-- Finds a person who joins a Session their proxy number.
local assignment = {}
local keys = use('storage.keys')
local choice = use('pool.choice')
local number = use('pool.number')
local shortage = use('pool.shortage')
local close = use('sessions.close')
-- Who holds more numbers than this has their Sessions looked through only if nothing is free otherwise.
local FEW = 16

local function assigned(tx, person, value)
  local found, code = choice.assigned(tx, person, value)
  if code ~= 80604 then return found, code end
  close.close_over_of(tx, person)
  return choice.assigned(tx, person, value)
end

-- The number, or nil and the code that says why there is none. `p`: { who, number (just this one), cells (the narrowest
-- first), country }; `partner`: index of the other one, or ''; `rules`: the Service's document; `taken`: number -> how
-- many leases of it are about to be taken in this same call.
function assignment.choose(tx, p, partner, rules, mode, taken)
  if redis.call('SISMEMBER', keys.own(tx), p.who) == 1 then return nil, 80404 end
  close.close_over_of(tx, p.who, FEW)
  if p.number then return assigned(tx, p.who, p.number) end
  local found = choice.from_cells(tx, p.who, partner, p.cells, rules, taken)
  if found then return found end
  close.close_over_of(tx, p.who)
  found = choice.from_cells(tx, p.who, partner, p.cells, rules, taken)
  if found then return found end
  return nil, shortage.code(tx, p.country, mode)
end

-- A Participant's entry in a Session's document, from what was asked for and the number chosen.
function assignment.participant(tx, p, value)
  return {
    sid = p.sid, who = p.who, sealed = p.sealed, given = p.given, name = p.name, lang = p.lang, zone = p.zone,
    number = value, pn = number.read(tx, value).sid, created = tx.now, updated = tx.now,
  }
end

return assignment
