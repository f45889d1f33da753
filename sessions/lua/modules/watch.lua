-- Interactions whose end the carrier has not reported. `watched` holds each by the moment at which a job looks for it
-- in the carrier's lists next.
local watch = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local FIRST_LOOK_MS = 30000

-- Sets the moment of the next look: `at` (ms).
function watch.look_at(tx, i, at)
  redis.call('ZADD', keys.watched(tx), at, i.sid)
end

-- The carrier has confirmed that it has the message: only its end is missing.
function watch.look_soon(tx, i)
  watch.look_at(tx, i, tx.now + FIRST_LOOK_MS)
end

-- Watches a new Interaction, or one that we answered again. A call is first looked for after its ringing time. `rules`:
-- the Service's document.
function watch.begin(tx, i, rules)
  i.missed = nil
  watch.look_at(tx, i, tx.now + FIRST_LOOK_MS + (i.type == 'voice' and rules.ring_seconds * 1000 or 0))
end

function watch.finish(tx, i)
  redis.call('ZREM', keys.watched(tx), i.sid)
end

-- A look found it still in progress: a message is looked for less and less often. For a call, claim_watched decides.
function watch.look_again(tx, i)
  if interaction.is_settled(i) then return watch.finish(tx, i) end
  watch.look_at(tx, i, tx.now + math.max(60000, i.type == 'message' and 3 * (tx.now - i.created) or 0))
end

-- A webhook was repeated after a look that did not find its message or call: the carrier may act on this new answer, so
-- that look no longer counts.
function watch.forget_missed(tx, sid)
  local i = interaction.read(tx, sid)
  if not i or not i.missed then return end
  i.missed = nil
  interaction.save(tx, i)
end

return watch
