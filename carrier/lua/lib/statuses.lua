-- What the carrier may say of an outbound leg, in the only order in which it counts: a later word stays, an earlier one
-- changes nothing, so that any order of arrival, with repeats, ends in the same state. No two have the same place.
-- Spelled as the carrier's API spells them; `initiated` and `delivery-unknown` are Proxy's.
local ORDER = {
  message = {
    'scheduled', 'accepted', 'queued', 'sending', 'sent', 'receiving', 'received', 'delivery-unknown', 'canceled',
    'failed', 'undelivered', 'partially_delivered', 'delivered', 'read',
  },
  voice = { 'queued', 'initiated', 'ringing', 'in-progress', 'completed', 'canceled', 'failed', 'busy', 'no-answer' },
}
-- From this one on nothing more is to come of a call, and of a message nothing that has to be waited for.
local LAST = { message = 'delivery-unknown', voice = 'completed' }
-- Proxy spells these otherwise than the Messages API.
local SHOWN = { partially_delivered = 'partially-delivered' }

local PLACE = {}
for kind, words in pairs(ORDER) do
  PLACE[kind] = {}
  for place, word in ipairs(words) do PLACE[kind][word] = place end
end

local function is_last(kind, state)
  return (PLACE[kind][state] or 0) >= PLACE[kind][LAST[kind]]
end

-- Proxy shows an outbound call as `initiated` until it is over, and programs find live calls by that.
local function shown_status(kind, state)
  if kind == 'voice' and not is_last(kind, state) then return 'initiated' end
  return SHOWN[state] or state
end

-- The word of ORDER that is meant: the carrier's APIs do not agree on `_` and `-`. `invalid` is told by an action alone.
local function known_word(kind, state)
  if state == 'invalid' then return 'failed' end
  for _, word in ipairs({ state, (string.gsub(state, '-', '_')), (string.gsub(state, '_', '-')) }) do
    if PLACE[kind][word] then return word end
  end
end

-- Whether the leg moved. The carrier may say one thing twice, and only once why: of its codes the highest stays.
local function move_on(kind, leg, state, code)
  local word = known_word(kind, state)
  local before, after = PLACE[kind][leg.state] or 0, PLACE[kind][word] or 0
  local explained = after == before and after > 0 and (code or 0) > (leg.code or 0)
  if after <= before and not explained then return false end
  leg.state, leg.status, leg.code = word, shown_status(kind, word), code
  return true
end
