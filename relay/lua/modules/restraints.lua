-- What may stop an inbound although it has a route: rate limits, a loop of two auto-responders, the daily ceiling.
local restraints = {}
local segment_allowance = use('policy.segment_allowance')
local loop_detector = use('policy.loop_detector')
local rate_limits = use('policy.rate_limits')
local RATE_CODE, CEILING_CODE = 20429, 63038

-- Takes a token of each rate limit. If a limit is reached, takes none and returns its name. `route`: see relay.routing;
-- nil if the sender is a stranger.
function restraints.take_rate_tokens(tx, inbound, rates, route)
  return rate_limits.reached(tx, inbound.kind, rates, inbound.person, route and route.recipient.who)
end

-- Returns the refusal of a text for which today's segments are not enough, or nil. The sender gets no notice, since
-- that would need segments too.
function restraints.check_ceiling(tx, inbound, session)
  if inbound.kind ~= 'message' or not segment_allowance.is_short(tx, inbound.ceiling, inbound.segments) then
    return nil
  end
  return { reason = 'ceiling', session = session, code = CEILING_CODE, silent = true }
end

-- `text_print`: equal for texts that say the same; nil for a text that says almost nothing.
local function find_loop(tx, inbound, text_print, route)
  local p, side = route.recipient, route.sender.sid < route.recipient.sid and '1' or '2'
  local seen = text_print and loop_detector.note(tx, route.s.sid, side, text_print, inbound.late_at)
  return seen and {
    reason = 'loop', session = route.s.sid, code = RATE_CODE, say = 'loop_stopped', lang = route.sender.lang,
    silent = seen == 'again', other = { recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang },
  }
end

-- Returns the refusal, or nil.
function restraints.find(tx, inbound, rates, text_print, route)
  local limit = restraints.take_rate_tokens(tx, inbound, rates, route)
  if limit then
    return {
      reason = limit .. '-limit', session = route and route.s.sid, code = RATE_CODE, say = 'rate_limited',
      once = 'rate', lang = route and route.sender.lang,
    }
  end
  if not route or inbound.kind ~= 'message' then return nil end
  return restraints.check_ceiling(tx, inbound, route.s.sid) or find_loop(tx, inbound, text_print, route)
end

return restraints
