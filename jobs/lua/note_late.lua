-- Notes messages that the carrier has and for which no webhook came, each once, with the refusal that it would get. No
-- answer is stored for them: those with a route are accepted next, or by their webhook if it comes first.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { messages = [{ id (carrier SID), interaction (its SID, if there is one), who, to, at (ms, when the carrier
--         got it) }], window_ms, mark (ms; given once all messages up to it are noted) }
-- Returns: { late, unsent = carrier SIDs of those that have a route and are not accepted yet } or { error }
local keys = use('storage.keys')
local events = use('storage.events')
local reply = use('storage.reply')
local service = use('storage.service')
local redactions = use('carrier.redactions')
local answers = use('relay.answers')
local relayed = use('relay.relayed')
local routing = use('relay.routing')

-- Returns whether it has an answer, and whether a process accepted it and died while it asked the customer's app.
local function state_of(tx, key, window_ms)
  local answer = answers.find(tx, key, window_ms)
  local was_left = answer and answer.outcome == 'deciding' and answer['until'] <= tx.now or false
  return answer ~= nil and not was_left, was_left
end

-- `refusal`: why the message is not relayed, or nil.
local function note(tx, message, route, refusal)
  local reason, session_sid = 'unsent', route and route.s.sid
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
    if not is_done and not relayed.find(tx, message.interaction) then
      local inbound = { kind = 'message', person = message.who, number = message.to, late_at = message.at }
      local route, refusal = routing.find_route(tx, inbound)
      if route then unsent[#unsent + 1] = message.id end
      local key = message.id .. ':late'
      if not state_of(tx, key, args.window_ms) then
        if not route and not was_accepted then redact(tx, message, rules) end
        answers.keep(tx, key, args.window_ms, { outcome = 'late' })
        note(tx, message, route, refusal)
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
