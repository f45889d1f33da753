-- People who start messages again by a keyword.
local restart = {}
local keys = use('storage.keys')
local opt_outs = use('policy.opt_outs')
local reachability = use('policy.reachability')

-- Notes a START that was written at `at` (ms): refusals of messages from before it no longer count, even if they are
-- reported later. Returns the same as opt_outs.remove.
function restart.note(tx, person, number, at)
  local was_by_word, field = opt_outs.remove(tx, person, number, at), person .. '|' .. number
  reachability.restore(tx, person, number, at)
  local known = reachability.read(tx, field)
  known.since, known.begun = math.max(known.since or 0, at), math.max(known.begun or 0, at)
  reachability.save(tx, field, known)
  return was_by_word
end

-- Whether they wrote START after `at`. Carriers report whole seconds: of a STOP and a START in one second, STOP counts.
function restart.was_after(tx, person, number, at)
  local text = redis.call('HGET', keys.unreachable(tx), person .. '|' .. number)
  return text and (cjson.decode(text).begun or 0) >= at + 1000
end

return restart
