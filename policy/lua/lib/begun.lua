-- use: reach
-- People who begin messages again by a word of theirs.
-- START, written at `at`: a refusal of what was sent before says nothing any more, however late it is told. As opt_in.
function reach.start(who, number, at, now)
  local ours = opt_in(who, number, at, now)
  reach.restore(who, number, at, now)
  local field = who .. '|' .. number
  local known = cjson.decode(redis.call('HGET', K.unreachable(), field) or '{}')
  known.since, known.begun = math.max(known.since or 0, at), math.max(known.begun or 0, at)
  reach.keep(field, known, now)
  return ours
end

-- Whether they wrote START after `at`. Carriers tell whole seconds: of one second STOP counts.
function reach.has_begun(who, number, at)
  local text = redis.call('HGET', K.unreachable(), who .. '|' .. number)
  return text and (cjson.decode(text).begun or 0) >= at + 1000
end
