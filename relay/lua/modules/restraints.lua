-- What may stop an inbound although there is a way for it: too much of it, two machines that talk, the day's ceiling.
local restraints = {}
local segment_allowance = use('policy.segment_allowance')
local loop_detector = use('policy.loop_detector')
local rate_limits = use('policy.rate_limits')
local RATE_CODE, CEILING_CODE = 20429, 63038

-- `way`: see relay.route; nil of a stranger. Takes a token of each limit if none is reached; else returns which is.
function restraints.rate_limit(tx, inbound, rates, way)
  return rate_limits.reached(tx, inbound.kind, rates, inbound.person, way and way.recipient.who)
end

-- The refusal of a text for which today's segments do not suffice, or nil. Nobody is told: that would cost, too.
function restraints.ceiling(tx, inbound, session)
  if inbound.kind ~= 'message' or not segment_allowance.is_short(tx, inbound.ceiling, inbound.segments) then return nil end
  return { reason = 'ceiling', session = session, code = CEILING_CODE, silent = true }
end

-- `text_print`: what texts that say the same have in common, nil of one that says next to nothing.
local function loop(tx, inbound, text_print, way)
  local p, side = way.recipient, way.sender.sid < way.recipient.sid and 1 or 2
  local seen = text_print and loop_detector.note(tx, way.s.sid, side, text_print, inbound.late_at)
  return seen and {
    reason = 'loop', session = way.s.sid, code = RATE_CODE, say = 'loop_stopped', lang = way.sender.lang,
    silent = seen == 'again', other = { recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang },
  }
end

-- The refusal, or nil.
function restraints.find(tx, inbound, rates, text_print, way)
  local limit = restraints.rate_limit(tx, inbound, rates, way)
  if limit then
    return {
      reason = limit .. '-limit', session = way and way.s.sid, code = RATE_CODE, say = 'rate_limited', once = 'rate',
      lang = way and way.sender.lang,
    }
  end
  if not way or inbound.kind ~= 'message' then return nil end
  return restraints.ceiling(tx, inbound, way.s.sid) or loop(tx, inbound, text_print, way)
end

return restraints
