-- What the content policy said of a message: `content` = { unchecked, flags, blocked, recent (the message's sealed end), kept
-- (of how many messages the ends are kept) }. They are kept since a number may come in several messages.
local content_policy = {}
local keys = use('storage.keys')
local events = use('storage.events')
local answers = use('relay.answers')
local inbound_record = use('relay.inbound_record')
local refusal = use('relay.refusal')
local RECENT_SECONDS, FILTERED = 3600, 30007

-- `way`: see relay.route; nil if there is none.
function content_policy.note(tx, inbound, content, way)
  if content.unchecked then
    events.emit(tx, 'content.failed', way and way.s.sid or '', {
      interaction = way and inbound.interaction, sid = inbound.key, reason = 'unreadable', policy = 'continue',
    })
  end
  if not content.recent then return end
  local key = keys.recent(tx, inbound.person .. '|' .. inbound.number)
  redis.call('RPUSH', key, content.recent)
  redis.call('LTRIM', key, -content.kept, -1)
  redis.call('EXPIRE', key, RECENT_SECONDS)
end

-- Stops a message that the policy blocks; returns the answer.
function content_policy.stop(tx, inbound, way)
  local sid = inbound_record.keep_stopped(tx, inbound, { reason = 'content', code = FILTERED })
  events.emit(tx, 'message.blocked', way.s.sid, {
    interaction = sid, reason = 'content', code = FILTERED, flags = inbound.flags, sid = inbound.key,
  })
  local said = refusal.is_silent(tx, inbound, {}) and 'silent' or 'refused'
  return answers.keep(tx, inbound.key, inbound.window_ms, {
    outcome = said, reason = 'content', say = 'blocked', lang = way.sender.lang,
  })
end

return content_policy
