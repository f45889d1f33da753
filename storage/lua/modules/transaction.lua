-- State of one call. `run` creates it, and functions take it as their parameter `tx`:
--   tag           the beginning of each key of this call: the hash tag and a colon
--   server_now    the store's time (ms; a test may give another)
--   now           the same, but for a Service never earlier than in a call before
--   random        hexadecimal digits from the caller, different for each operation
--   event_number, epoch, version   of a Service: number of its last event, its epoch, version of Python's cached copy
--   service       the Service's document, after storage.service has read it; false: there is none
--   numbers       the texts of proxy numbers' documents that pool.number has read
--   leases, past  person -> what pool.lease_field and pool.history_periods have read; false: nothing
--   windows       size -> cell -> what pool.cell has read of it since the last change
--   listed_due    Session SID -> its score in the set `due`, for Sessions that sessions.session has read or written
local transaction = {}
local keys = use('storage.keys')

local function server_time(test_time)
  if test_time then return test_time end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function begin(first_key, args)
  local moment = server_time(args.now)
  local tx = {
    tag = string.match(first_key, '^{[^}]*}') .. ':', server_now = moment, now = moment, random = args.random,
    numbers = {}, leases = {}, past = {}, windows = {}, listed_due = {},
  }
  -- There is no such key. While a Cluster moves the keys of this slot one by one, a key that is not here is an error:
  -- here it comes before anything is read or written.
  redis.call('EXISTS', tx.tag)
  if string.sub(first_key, 1, 3) == '{KS' then
    local clock = redis.call('HMGET', keys.clock(tx), 'at', 'n', 'e', 'v')
    tx.now = math.max(moment, tonumber(clock[1] or 0))
    tx.event_number, tx.epoch, tx.version = tonumber(clock[2] or 0), clock[3] or '0', clock[4] or ''
  end
  return tx
end

-- Calls a function of the product. `call_keys`: the key of the Service or account; `call_arguments`: its arguments as
-- JSON. Returns its answer.
function transaction.run(entry, call_keys, call_arguments)
  local args = cjson.decode(call_arguments[1])
  return entry(begin(call_keys[1], args), args)
end

return transaction
