-- Questions to the app that nobody ended in time, the oldest first: the inbound's key of each, and which question it is.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { most }
-- Returns: { overdue = [{ key, question }] }
local keys = use('storage.keys')
local service = use('storage.service')
local questions = use('relay.questions')

return function(tx, args)
  local found, overdue = {}, {}
  if service.read(tx) then
    found = redis.call('ZRANGEBYSCORE', keys.question_ends(tx), '-inf', tx.now, 'LIMIT', 0, args.most)
  end
  for _, key in ipairs(found) do
    local asked = questions.read(tx, key)
    overdue[#overdue + 1] = { key = key, question = asked and asked.question }
  end
  return cjson.encode({ overdue = overdue })
end
