-- use: base
-- A question to the customer's app that is still open; see lib/question.lua.

-- The question if it may be ended now: by its owner, or by anybody once its time is over. What came in is in `args` then.
local function take_question(now)
  local kept = redis.call('HGET', K.questions(), args.sid)
  local asked = kept and cjson.decode(kept)
  if not asked or asked.inbound.owner ~= args.owner and now < asked['until'] then return nil end
  for name, value in pairs(asked.inbound) do args[name] = value end
  if args.overdue then args.at, args.send = now, true end
  -- A Session that the app opened for it began later than it came.
  if args.at and asked.question == 'out-of-session' then args.at = now end
  return asked.question
end

local function end_question()
  redis.call('HDEL', K.questions(), args.sid)
  redis.call('ZREM', K.question_ends(), args.sid)
end
