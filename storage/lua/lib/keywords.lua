-- use: reach, seen
-- A whole message that is one of the words by which people end and begin messages. Returns the outcome, or nil if the
-- message goes on.
local function heed(svc, now)
  if args.word == 'stop' then
    opt_out(args.who, args.to, svc, 'keyword', args.sender, now)
  else
    reach.start(args.who, args.to, now)
    if args.word == 'start' then return nil end
  end
  emit(now, 'inbound.refused', '', { sid = args.sid, to = args.to, reason = args.word, code = 80901 })
  return remember(now, { outcome = 'silent', reason = args.word })
end
