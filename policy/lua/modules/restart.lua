-- People who begin messages again by a word of theirs.
local restart = {}
local keys = use('storage.keys')
local opt_outs = use('policy.opt_outs')
local reachability = use('policy.reachability')

-- START, written at `at` (ms): a refusal of what was sent before says nothing any more, however late it is told. Returns as
-- opt_outs.remove.
function restart.note(tx, person, number, at)
  local ours, field = opt_outs.remove(tx, person, number, at), person .. '|' .. number
  reachability.restore(tx, person, number, at)
  local known = reachability.read(tx, field)
  known.since, known.begun = math.max(known.since or 0, at), math.max(known.begun or 0, at)
  reachability.save(tx, field, known)
  return ours
end

-- Whether they wrote START after `at`. Carriers tell whole seconds: of one second STOP counts.
function restart.was_after(tx, person, number, at)
  local text = redis.call('HGET', keys.unreachable(tx), person .. '|' .. number)
  return text and (cjson.decode(text).begun or 0) >= at + 1000
end

return restart
