-- The states of an outbound leg, in a fixed order: a later state replaces an earlier one and never the reverse. So
-- reports that arrive in any order, or twice, end in the same state. No two states have the same rank. They are spelled
-- as in the carrier's API; `initiated` and `delivery-unknown` are Proxy's.
local statuses = {}
local ORDER = {
  message = {
    'scheduled', 'accepted', 'queued', 'sending', 'sent', 'receiving', 'received', 'delivery-unknown', 'canceled',
    'failed', 'undelivered', 'partially_delivered', 'delivered', 'read',
  },
  voice = { 'queued', 'initiated', 'ringing', 'in-progress', 'completed', 'canceled', 'failed', 'busy', 'no-answer' },
}
-- The first final state: after it a call gets no more reports, and a message none that we have to wait for.
local FIRST_FINAL = { message = 'delivery-unknown', voice = 'completed' }
-- Proxy spells these differently from the Messages API.
local PROXY_SPELLING = { partially_delivered = 'partially-delivered' }

local function ranks_of(states)
  local ranks = {}
  for rank = 1, #states do ranks[states[rank]] = rank end
  return ranks
end

local RANKS = { message = ranks_of(ORDER.message), voice = ranks_of(ORDER.voice) }

-- Returns the state's rank in the order; 0 for no state. `kind`: message | voice.
function statuses.rank(kind, state)
  return RANKS[kind][state] or 0
end

function statuses.is_final(kind, state)
  return statuses.rank(kind, state) >= RANKS[kind][FIRST_FINAL[kind]]
end

-- Proxy shows an outbound call as `initiated` until it is over; customers' programs find live calls by that status.
function statuses.proxy_status(kind, state)
  if kind == 'voice' and not statuses.is_final(kind, state) then return 'initiated' end
  return PROXY_SPELLING[state] or state
end

-- Returns the state as ORDER spells it, or nil if it is unknown: the carrier's APIs differ in `_` and `-`. Only the
-- request to a Dial's action URL has `invalid`.
function statuses.normalize(kind, state)
  if state == 'invalid' then return 'failed' end
  if RANKS[kind][state] then return state end
  for _, spelling in ipairs({ (string.gsub(state, '-', '_')), (string.gsub(state, '_', '-')) }) do
    if RANKS[kind][spelling] then return spelling end
  end
end

return statuses
