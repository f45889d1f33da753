-- Applies the result of the content policy to a message. `content` = { unchecked, flags, blocked, recent (the sealed
-- end of the message), kept (how many ends are kept) }. The ends of earlier messages are kept because people may spread
-- a phone number over several messages.
local content_policy = {}
local keys = use('storage.keys')
local events = use('storage.events')
local answers = use('relay.answers')
local inbound_record = use('relay.inbound_record')
local refusals = use('relay.refusals')
local RECENT_SECONDS, FILTERED = 3600, 30007

-- Records the result. `route`: see relay.routing; nil if there is none.
function content_policy.note(tx, inbound, content, route)
  if content.unchecked then
    events.emit(tx, 'content.failed', route and route.s.sid or '', {
      interaction = route and inbound.interaction, sid = inbound.key, reason = 'unreadable', policy = 'continue',
    })
  end
  if not content.recent then return end
  local key = keys.recent(tx, inbound.person .. '|' .. inbound.number)
  redis.call('RPUSH', key, content.recent)
  redis.call('LTRIM', key, -content.kept, -1)
  redis.call('EXPIRE', key, RECENT_SECONDS)
end

-- Blocks a message that the policy does not allow. Returns the answer.
function content_policy.block(tx, inbound, route)
  local sid = inbound_record.save_stopped(tx, inbound, { reason = 'content', code = FILTERED })
  events.emit(tx, 'message.blocked', route.s.sid, {
    interaction = sid, reason = 'content', code = FILTERED, flags = inbound.flags, sid = inbound.key,
  })
  local outcome_name = refusals.is_silent(tx, inbound, {}) and 'silent' or 'refused'
  return answers.keep(tx, inbound.key, inbound.window_ms, {
    outcome = outcome_name, reason = 'content', say = 'blocked', lang = route.sender.lang,
  })
end

return content_policy
