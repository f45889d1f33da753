-- use: base, emit
-- A question to the customer's app that is still open; see lib/question.lua.

-- The question if it may be ended now: by its owner, or by anybody once its time is over. What came in is in `args` then.
local function take_question(now)
  local kept = redis.call('HGET', K.questions(), args.sid)
  local asked = kept and cjson.decode(kept)
  if not asked or asked.inbound.owner ~= args.owner and now < asked['until'] then return nil end
  for name, value in pairs(asked.inbound) do args[name] = value end
  args.since = asked.since
  -- A Session that the app opened for it began later than it came.
  if args.at and asked.question == 'out-of-session' then args.at = now end
  -- What the app did while it was asked counts; whoever came after that is somebody else.
  if args.overdue then args.at, args.send = asked['until'], true end
  return asked.question
end

-- What is decided without the app's answer is an event and a mark on its Interaction. Who asked may have died over it.
local function note_unanswered(question, i, policy, now)
  local why = args.why or args.verdict == 'failed' and 'abandoned'
  if not why then return end
  local marked = i and i.unchecked or args.unchecked or {}
  marked[#marked + 1], args.unchecked = question, marked
  if i then i.unchecked = marked end
  emit(now, question .. '.failed', i and i.session or '', {
    interaction = i and i.sid, sid = args.sid, reason = why, status = args.status, ms = now - args.since, policy = policy,
  })
end

local function end_question()
  redis.call('HDEL', K.questions(), args.sid)
  redis.call('ZREM', K.question_ends(), args.sid)
end
