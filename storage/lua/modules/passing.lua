-- Values that only matter for minutes: what limits and the loop detector count. They are in the store's memory alone,
-- not in its append-only file and not on replicas, which would be written at each text. After a restart or a failover
-- they begin anew.
local passing = {}

-- `life`: ms.
function passing.set(key, value, life)
  redis.set_repl(redis.REPL_NONE)
  redis.call('SET', key, value, 'PX', life)
  redis.set_repl(redis.REPL_ALL)
end

return passing
