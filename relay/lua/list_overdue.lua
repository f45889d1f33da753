-- Lists the questions to the app that nobody settled in time, oldest first: each with its inbound's key.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most }
-- Returns: { overdue = [{ key, question }] }
local keys = use('storage.keys')
local service = use('storage.service')
local questions = use('relay.questions')

return function(tx, args)
  local inbound_keys, overdue = {}, {}
  if service.read(tx) then
    inbound_keys = redis.call('ZRANGEBYSCORE', keys.question_ends(tx), '-inf', tx.now, 'LIMIT', 0, args.most)
  end
  for _, key in ipairs(inbound_keys) do
    local asked = questions.read(tx, key)
    overdue[#overdue + 1] = { key = key, question = asked and asked.question }
  end
  return cjson.encode({ overdue = overdue })
end
