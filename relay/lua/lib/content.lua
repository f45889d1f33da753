-- use: inbound
-- What the content policy said of a message. Its end is kept for a while, since a number may come in several messages.
local RECENT_SECONDS, FILTERED = 3600, 30007

local function keep_recent(way, now)
  if args.unchecked then
    emit(now, 'content.failed', way and way.s.sid or '',
      { interaction = way and args.interaction, sid = args.sid, reason = 'unreadable', policy = 'continue' })
  end
  if not args.recent then return end
  local key = K.recent(args.who .. '|' .. args.to)
  redis.call('RPUSH', key, args.recent)
  redis.call('LTRIM', key, -args.kept, -1)
  redis.call('EXPIRE', key, RECENT_SECONDS)
end

-- Returns the outcome if the message is stopped.
local function stopped(way, now)
  if not args.blocked then return nil end
  local interaction = keep_stopped(nil, { reason = 'content', code = FILTERED }, now)
  emit(now, 'message.blocked', way.s.sid,
    { interaction = interaction, reason = 'content', code = FILTERED, flags = args.flags, sid = args.sid })
  return remember(now, { outcome = is_silent(now, {}) and 'silent' or 'refused', reason = 'content', say = 'blocked', lang = way.sender.lang })
end
