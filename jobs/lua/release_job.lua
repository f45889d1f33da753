-- Ends a claim of a job early. Does nothing if the claim has ended and another process holds one now.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { job (name and SID), token }
-- Returns: { released }
local keys = use('storage.keys')

return function(tx, args)
  local key = keys.job_claim(tx, args.job)
  local is_holder = redis.call('GET', key) == args.token
  if is_holder then redis.call('DEL', key) end
  return cjson.encode({ released = is_holder })
end
