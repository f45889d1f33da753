-- Interactions of which the carrier has not told the end: `watched` has each by the next look into its lists.
local watch = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local FIRST_LOOK_MS = 30000

-- `at`: the moment (ms) of the next look.
function watch.look_at(tx, i, at)
  redis.call('ZADD', keys.watched(tx), at, i.sid)
end

-- One that the carrier has, by its word.
function watch.look_soon(tx, i)
  watch.look_at(tx, i, tx.now + FIRST_LOOK_MS)
end

-- A new one, or one that was answered again: behind its ringing time, if it rings. `rules`: the Service's document.
function watch.begin(tx, i, rules)
  i.missed = nil
  watch.look_at(tx, i, tx.now + FIRST_LOOK_MS + (i.type == 'voice' and rules.ring_seconds * 1000 or 0))
end

function watch.finish(tx, i)
  redis.call('ZREM', keys.watched(tx), i.sid)
end

-- Behind a look that found it under way: ever less often. When a call is to be looked at, claim_watched says.
function watch.look_again(tx, i)
  if interaction.is_settled(i) then return watch.finish(tx, i) end
  watch.look_at(tx, i, tx.now + math.max(60000, i.type == 'message' and 3 * (tx.now - i.created) or 0))
end

-- A repeated webhook of what a look did not find: the carrier may act on this answer, so that look no longer counts.
function watch.forget_missed(tx, sid)
  local i = interaction.read(tx, sid)
  if not i or not i.missed then return end
  i.missed = nil
  interaction.save(tx, i)
end

return watch
