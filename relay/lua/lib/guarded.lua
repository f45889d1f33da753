-- use: inbound, rates, turns
-- What may stop an inbound although there is a way for it: too much of it, two machines that talk, the day's ceiling.
local LIMIT_CODE = 20429

local function loop_of(way, seen)
  local why = { reason = 'loop', session = way.s.sid, code = LIMIT_CODE, say = 'loop_stopped', lang = way.sender.lang }
  why.silent = seen == 'again'
  local p = way.recipient
  why.other = { recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang }
  return why
end

-- Why it goes no further, or nil.
local function held_back(way, now)
  local limit = overrun(way)
  local session, lang = way and way.s.sid, way and way.sender.lang
  if limit then
    return { reason = limit .. '-limit', session = session, code = LIMIT_CODE, say = 'rate_limited', once = 'rate', lang = lang }
  end
  if not way or args.kind ~= 'message' then return nil end
  local reached = ceiling_reached(session, now)
  if reached then return reached end
  local seen = looping(way, now)
  return seen and loop_of(way, seen)
end
