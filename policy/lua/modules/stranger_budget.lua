-- What may be spent in a day (UTC) on people who were never in a Session with the number that they text or call: our
-- answers to them, and questions about them to the customer's app. Whoever has many numbers could otherwise make the
-- Service pay for as many answers. `what`: answers | questions; `most`: the Service's own number for a day.
local stranger_budget = {}
local keys = use('storage.keys')
local DAY_MS = 86400000

local function today(tx)
  return string.format('%d', math.floor(tx.now / DAY_MS))
end

local function used(tx, what)
  local day, count = unpack(redis.call('HMGET', keys.strangers(tx), 'day', what))
  return day == today(tx) and tonumber(count) or 0
end

function stranger_budget.has(tx, what, most)
  return used(tx, what) < most
end

function stranger_budget.spend(tx, what)
  local key, count = keys.strangers(tx), used(tx, what) + 1
  if redis.call('HGET', key, 'day') ~= today(tx) then redis.call('DEL', key) end
  redis.call('HSET', key, 'day', today(tx), what, count)
end

-- Spends one if there is one. Returns whether there was.
function stranger_budget.take(tx, what, most)
  local is_left = stranger_budget.has(tx, what, most)
  if is_left then stranger_budget.spend(tx, what) end
  return is_left
end

return stranger_budget
