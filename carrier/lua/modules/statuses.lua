-- What the carrier may say of an outbound leg, in the only order in which it counts: a later word stays, an earlier one
-- changes nothing, so that any order of arrival, with repeats, ends in the same state. No two have the same place.
-- Spelled as the carrier's API spells them; `initiated` and `delivery-unknown` are Proxy's.
local statuses = {}
local ORDER = {
  message = {
    'scheduled', 'accepted', 'queued', 'sending', 'sent', 'receiving', 'received', 'delivery-unknown', 'canceled',
    'failed', 'undelivered', 'partially_delivered', 'delivered', 'read',
  },
  voice = { 'queued', 'initiated', 'ringing', 'in-progress', 'completed', 'canceled', 'failed', 'busy', 'no-answer' },
}
-- From this one on nothing more is to come of a call, and of a message nothing that has to be waited for.
local FIRST_FINAL = { message = 'delivery-unknown', voice = 'completed' }
-- Proxy spells these otherwise than the Messages API.
local PROXY_SPELLING = { partially_delivered = 'partially-delivered' }

local function places(words)
  local found = {}
  for place = 1, #words do found[words[place]] = place end
  return found
end

local PLACES = { message = places(ORDER.message), voice = places(ORDER.voice) }

-- The word's place in the order; 0 for none. `kind`: message | voice.
function statuses.place(kind, state)
  return PLACES[kind][state] or 0
end

function statuses.is_final(kind, state)
  return statuses.place(kind, state) >= PLACES[kind][FIRST_FINAL[kind]]
end

-- Proxy shows an outbound call as `initiated` until it is over, and programs find live calls by that.
function statuses.proxy_status(kind, state)
  if kind == 'voice' and not statuses.is_final(kind, state) then return 'initiated' end
  return PROXY_SPELLING[state] or state
end

-- The word of ORDER that is meant, or nil: the carrier's APIs do not agree on `_` and `-`. `invalid` is told by an action
-- alone.
function statuses.known_word(kind, state)
  if state == 'invalid' then return 'failed' end
  if PLACES[kind][state] then return state end
  for _, word in ipairs({ (string.gsub(state, '-', '_')), (string.gsub(state, '_', '-')) }) do
    if PLACES[kind][word] then return word end
  end
end

return statuses
