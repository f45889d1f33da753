-- What lives for one call only. `run` makes it, and each function that needs any of it takes it as `tx`:
--   tag           the hash tag, and a colon, with which each key of this call begins
--   server_now    the store's time (ms; a test may give another)
--   now           the same, but for a Service never before a moment that it has seen
--   random        hexadecimal digits from the caller, others for each operation
--   event_number, epoch, version   of a Service: number of its last event, epoch, version of what Python keeps of it
--   service       the Service's document once storage.service has read it; false: there is none
--   numbers       documents of proxy numbers that pool.number has read
--   listed_due    Session SID -> the moment by which `due` lists it, as sessions.session has read or written it
local transaction = {}
local keys = use('storage.keys')

local function server_time(of_test)
  if of_test then return of_test end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function begin(first_key, args)
  local moment = server_time(args.now)
  local tx = {
    tag = string.match(first_key, '^{[^}]*}') .. ':', server_now = moment, now = moment, random = args.random,
    numbers = {}, listed_due = {},
  }
  if string.sub(first_key, 1, 3) == '{KS' then
    local clock = redis.call('HMGET', keys.clock(tx), 'at', 'n', 'e', 'v')
    tx.now = math.max(moment, tonumber(clock[1] or 0))
    tx.event_number, tx.epoch, tx.version = tonumber(clock[2] or 0), clock[3] or '0', clock[4] or ''
  end
  return tx
end

-- Calls a function of the product: the key of whom it is about, and its arguments as JSON. Returns its answer.
function transaction.run(entry, call_keys, call_arguments)
  local args = cjson.decode(call_arguments[1])
  return entry(begin(call_keys[1], args), args)
end

return transaction
