-- Chooses the proxy number of a person who joins a Session.
local assignment = {}
local keys = use('storage.keys')
local choice = use('pool.choice')
local number = use('pool.number')
local shortage = use('pool.shortage')
local close = use('sessions.close')
-- If a person has more leases than this, their expired Sessions are only searched if no number is free.
local FEW_LEASES = 16

local function choose_assigned(tx, person, value)
  local found, code = choice.check_assigned(tx, person, value)
  if code ~= 80604 then return found, code end
  close.close_expired_of(tx, person)
  return choice.check_assigned(tx, person, value)
end

-- Returns the number, or nil and the API's code of the reason. `p`: { who, number (if it must be this one), cells (the
-- narrowest first), country }; `partner`: index of the other person, or ''; `rules`: the Service's document; `taken`:
-- number -> how many leases of it this call is about to take.
function assignment.choose(tx, p, partner, rules, mode, taken)
  if redis.call('SISMEMBER', keys.own(tx), p.who) == 1 then return nil, 80404 end
  close.close_expired_of(tx, p.who, FEW_LEASES)
  if p.number then return choose_assigned(tx, p.who, p.number) end
  local found = choice.from_cells(tx, p.who, partner, p.cells, rules, taken)
  if found then return found end
  close.close_expired_of(tx, p.who)
  found = choice.from_cells(tx, p.who, partner, p.cells, rules, taken)
  if found then return found end
  return nil, shortage.code(tx, p.country, mode)
end

-- Returns the Participant's entry for a Session's document. `p`: the person as asked for; `value`: the chosen number.
function assignment.participant(tx, p, value)
  return {
    sid = p.sid, who = p.who, sealed = p.sealed, given = p.given, name = p.name, lang = p.lang, zone = p.zone,
    number = value, pn = number.read(tx, value).sid, created = tx.now,
  }
end

return assignment
