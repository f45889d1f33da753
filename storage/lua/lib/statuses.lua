-- What the carrier may say of an outbound leg, in the only order in which it counts: a later word stays, an earlier one
-- changes nothing, so that any order of arrival, with repeats, ends in the same state. No two have the same place.
local ORDER = {
  message = {
    'scheduled', 'accepted', 'queued', 'sending', 'sent', 'receiving', 'received', 'delivery-unknown', 'canceled',
    'failed', 'undelivered', 'partially-delivered', 'delivered', 'read',
  },
  voice = { 'queued', 'initiated', 'ringing', 'in-progress', 'completed', 'canceled', 'failed', 'busy', 'no-answer' },
}
-- From this one on nothing more is to come of a call, and of a message nothing that has to be waited for.
local LAST = { message = 'delivery-unknown', voice = 'completed' }

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
  return state
end

-- Whether the leg moved. The carrier may say one thing twice, and only once why: of its codes the highest stays.
local function move_on(kind, leg, state, code)
  local before, after = PLACE[kind][leg.state] or 0, PLACE[kind][state] or 0
  local explained = after == before and after > 0 and (code or 0) > (leg.code or 0)
  if after <= before and not explained then return false end
  leg.state, leg.status, leg.code = state, shown_status(kind, state), code
  return true
end
