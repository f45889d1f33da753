-- The stored history of each person's leases, in hashes of many people: person -> text. A hash is written in a period of
-- 90 days and read in the next one too, so that a text is found for 90 to 180 days after it was saved last; then the whole
-- hash expires. A key of its own for each person would take twice as much memory.
local history_periods = {}
local keys = use('storage.keys')
local DAYS, PERIODS = 90, 2
local DAY_MS, DAY_SECONDS = 86400000, 86400
local LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

-- `ago`: how many periods ago it began.
local function key_of(tx, letter, ago)
  return keys.past(tx, letter .. math.floor(tx.now / (DAYS * DAY_MS)) - ago)
end

-- Returns the text, or nil. It is read once in a call.
function history_periods.read(tx, person)
  local ago, letter = 0, string.sub(person, 1, 1)
  while tx.past[person] == nil or ago > 0 and ago < PERIODS and not tx.past[person] do
    tx.past[person] = redis.call('HGET', key_of(tx, letter, ago), person)
    ago = ago + 1
  end
  return tx.past[person] or nil
end

function history_periods.save(tx, person, text)
  local key = key_of(tx, string.sub(person, 1, 1), 0)
  redis.call('HSET', key, person, text)
  redis.call('EXPIRE', key, DAYS * PERIODS * DAY_SECONDS, 'NX')
  tx.past[person] = text
end

function history_periods.forget_all(tx)
  local all = {}
  for letter in string.gmatch(LETTERS, '.') do
    for ago = 0, PERIODS - 1 do all[#all + 1] = key_of(tx, letter, ago) end
  end
  redis.call('UNLINK', unpack(all))
end

return history_periods
