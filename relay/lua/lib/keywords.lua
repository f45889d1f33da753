-- use: inbound, begun
-- A whole message that is one of the words by which people end and begin messages (policy/sentences/keywords.py). Returns the
-- outcome, or nil if the message goes on. What the carrier does not answer we do, unless the person may hear nothing.
local function heed(svc, now, far)
  if redis.call('SISMEMBER', K.own(), args.who) == 1 then return nil end
  local answered, silent = args.answered, far or stopped_by_operator() and true
  local short = not answered and not silent and ask_for(SAID_SEGMENTS, now)
  if short then return short end
  take_grant(now)
  local at = args.at or now
  if args.word == 'stop' then
    if reach.has_begun(args.who, args.to, at) then return refuse(now, { reason = 'stop', code = 80901, silent = true }) end
    opt_out(args.who, args.to, svc, answered and 'keyword' or 'word', args.sender, now)
  elseif not reach.start(args.who, args.to, at, now) then
    if args.word ~= 'unstop' then return nil end
  elseif args.word == 'yes' then
    return nil
  else
    -- We said how to begin again, so we say that it has.
    answered = false
  end
  return refuse(now, {
    reason = args.word, code = 80901, silent = answered or silent, say = args.word == 'stop' and 'opted_out' or 'opted_in',
  })
end
