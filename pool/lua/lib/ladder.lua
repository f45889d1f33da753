-- use: choose
-- The order in which kinds of numbers are tried: prefer-sticky 1 2 3 4, avoid-sticky 3 2 4.
local function later(a, b) return a.at > b.at or (a.at == b.at and a.number < b.number) end
local function earlier(a, b) return a.at < b.at or (a.at == b.at and a.number < b.number) end

local function climb(p, cells, partner, svc, now, taken)
  local past = past_of(p.who)
  if not next(past) then return never_had(p, cells, past, taken) end
  local function cooling(was)
    return was.partner ~= '' and was.partner ~= partner and now - was.at < svc.cooling_seconds * 1000
  end
  local function same_pair(was) return partner ~= '' and was.partner == partner end
  local function rested(was) return not cooling(was) end
  local function longest_cooled()
    if svc.cooling_policy == 'soft' then return best_past(p, cells, past, cooling, earlier) end
  end
  if svc.number_selection_behavior == 'avoid-sticky' then
    return never_had(p, cells, past, taken) or best_past(p, cells, past, rested, earlier) or longest_cooled()
  end
  return best_past(p, cells, past, same_pair, later) or best_past(p, cells, past, rested, later)
    or never_had(p, cells, past, taken) or longest_cooled()
end

local function assigned(p)
  local doc = number_doc(p.number)
  if not doc or doc.draining then return nil, 80601 end
  if holds(p.who, p.number) then return nil, 80604 end
  return p.number
end

-- Returns the number, or nil and the code that says why there is none.
local function choose(p, partner, svc, mode, now, taken)
  if redis.call('SISMEMBER', K.own(), p.who) == 1 then return nil, 80404 end
  expire_person(p.who, now, FIRST_WINDOW)
  if p.number then
    local number, code = assigned(p)
    if code == 80604 then
      expire_person(p.who, now)
      number, code = assigned(p)
    end
    return number, code
  end
  for round = 1, 2 do
    for _, cells in ipairs(p.cells) do
      local number = climb(p, cells, partner, svc, now, taken)
      if number then return number end
    end
    if round == 1 then expire_person(p.who, now) end
  end
  return nil, explain(p, mode)
end
