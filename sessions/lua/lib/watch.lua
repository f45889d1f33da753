-- use: interaction
-- Interactions of which the carrier has not told the end: `watched` has each by the next look into its lists.
local FIRST_LOOK_MS = 30000

local function look_at(i, at) redis.call('ZADD', K.watched(), at, i.sid) end

-- Behind its ringing time, if it rings.
local function watch(i, svc, now)
  i.missed = nil
  look_at(i, now + FIRST_LOOK_MS + (i.type == 'voice' and svc.ring_seconds * 1000 or 0))
end

-- A repeated webhook of what a look did not find: the carrier may act on this answer, so that look no longer counts.
local function heard_again(outcome, text)
  local i = outcome.outcome == 'forward' and load_interaction(outcome.interaction)
  if i and i.missed then
    i.missed = nil
    save_interaction(i)
  end
  return text
end
