-- Counts a failed log-in for the client's address and for the account, each with a budget per minute. While an
-- account's budget is used up, one failure uses up the whole budget of the address that it came from.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { client, account ('' if not known), per_client, per_account }
-- Returns: { over (the budget was used up before this failure), wait (ms until the address may try again) }
local keys = use('storage.keys')
local bucket = use('storage.bucket')

local MINUTE = 60000

local function read(tx, whose, per_minute)
  if whose == '' then return nil end
  local key = keys.login_failures(tx, whose)
  local full_at = redis.call('GET', key)
  return { key = key, full_at = full_at, rate = per_minute / 60, burst = per_minute,
    left = bucket.tokens(full_at, per_minute / 60, per_minute, tx.now) }
end

local function take(tx, found, count)
  local full_at = bucket.full_after(found.full_at, found.rate, found.burst, tx.now, count)
  redis.call('SET', found.key, full_at, 'PX', 2 * MINUTE)
  return full_at
end

local function take_of_client(tx, client, attacked)
  if client.left < 1 then return bucket.wait(client.full_at, client.rate, client.burst, tx.now, 1) end
  local full_at = take(tx, client, attacked and math.floor(client.left) or 1)
  if attacked then return MINUTE end
  return bucket.wait(full_at, client.rate, client.burst, tx.now, 1)
end

return function(tx, args)
  local client, account = read(tx, args.client, args.per_client), read(tx, args.account, args.per_account)
  local attacked = account ~= nil and account.left < 1
  if account and not attacked then take(tx, account, 1) end
  local over = attacked or (client ~= nil and client.left < 1)
  local wait = client and take_of_client(tx, client, attacked) or 0
  return cjson.encode({ over = over, wait = wait })
end
