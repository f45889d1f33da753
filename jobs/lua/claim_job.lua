-- Claims a job for one process: until the claim ends no other process gets it. Repeating the call changes nothing.
-- KEYS: 1 the installation
-- ARGV: 1 JSON { job (name and SID), token, lease_ms }
-- Returns: { claimed }
local keys = use('storage.keys')

return function(tx, args)
  local key = keys.job_claim(tx, args.job)
  local holder = redis.call('GET', key)
  if not holder then redis.call('SET', key, args.token, 'PX', args.lease_ms) end
  return cjson.encode({ claimed = not holder or holder == args.token })
end
