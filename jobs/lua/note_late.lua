-- Messages that the carrier has and no webhook brought: each is noted once, with what would have become of it. No
-- answer is stored: those that may be relayed are accepted next, or by their webhook if it comes before.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { messages = [{ id (carrier SID), who, to, at (ms, when the carrier got it) }], window_ms, mark (ms;
--         once all are done with) }
-- Returns: { late, unsent = carrier SIDs of those that may be relayed and are not yet } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local reply = use('storage.reply')
local service = use('storage.service')
local redactions = use('carrier.redactions')
local answers = use('relay.answers')
local route = use('relay.route')

-- Whether it has an answer, and whether it was accepted by a process that died while it asked the customer's app.
local function state_of(tx, key, window_ms)
  local text = answers.find(tx, key, window_ms)
  local answer = text and cjson.decode(text)
  local was_left = answer and answer.outcome == 'deciding' and answer['until'] <= tx.now or false
  return answer ~= nil and not was_left, was_left
end

-- `refusal`: why it is not relayed, or nil.
local function note(tx, message, way, refusal)
  local reason, session_sid = 'unsent', way and way.s.sid
  if refusal then reason, session_sid = refusal.reason, refusal.session end
  local detail = { sid = message.id, to = message.to, reason = reason, code = refusal and refusal.code }
  events.emit(tx, 'inbound.late', session_sid or '', detail, message.at)
end

local function redact(tx, message, rules)
  local delay = redactions.delay_of(rules)
  if delay then redactions.add(tx, message.id, nil, 'inbound', tx.now + delay) end
end

return function(tx, args)
  local rules, late, unsent = service.read(tx), 0, {}
  if not rules then return reply.error(20404) end
  for _, message in ipairs(args.messages) do
    local is_done, was_accepted = state_of(tx, message.id, args.window_ms)
    if not is_done then
      local inbound = { kind = 'message', person = message.who, number = message.to, late_at = message.at }
      local way, refusal = route.find(tx, inbound)
      if way then unsent[#unsent + 1] = message.id end
      local key = message.id .. ':late'
      if not state_of(tx, key, args.window_ms) then
        if not way and not was_accepted then redact(tx, message, rules) end
        answers.keep(tx, key, args.window_ms, { outcome = 'late' })
        note(tx, message, way, refusal)
        late = late + 1
      end
    end
  end
  if args.mark then
    local mark = math.max(args.mark, tonumber(redis.call('HGET', keys.clock(tx), 'm') or 0))
    redis.call('HSET', keys.clock(tx), 'm', string.format('%.0f', mark))
  end
  return cjson.encode({ late = late, unsent = unsent })
end
