-- Forwards an inbound to its recipient. `rules`: the Service's document; `route`: see relay.routing.
local forward = {}
local events = use('storage.events')
local json = use('storage.json')
local segment_allowance = use('policy.segment_allowance')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local watch = use('sessions.watch')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local answers = use('relay.answers')
local relayed = use('relay.relayed')

-- Whether texts must be sent by the carrier's API: its Message verb has no retention options and no delay.
local function needs_api(rules)
  return rules.delivery == 'send' or rules.content_retention == 'discard' or rules.address_retention == 'obfuscate'
    or json.without_null(rules.quiet_hours) ~= nil and rules.quiet_hours_for == 'all'
end

-- Adds the outbound leg to the call `i`. The caller saves `i` and the Session. Returns the outcome.
function forward.begin_call(tx, route, i, rules)
  i.outbound = {
    participant = route.recipient.sid, status = 'initiated', state = 'queued', asked = rules.whisper or nil,
  }
  watch.begin(tx, i, rules)
  local outcome = relayed.outcome(i, route.recipient)
  outcome.limit = live_calls.begin(route.s, i, rules, tx.now)
  return outcome
end

-- The same for a text. If earlier ones still wait for this person, it waits behind them in the outbox.
local function begin_message(tx, route, i, rules, inbound)
  local p = route.recipient
  segment_allowance.spend(tx, inbound.ceiling, i.segments)
  i.outbound = { participant = p.sid, status = 'queued', state = 'queued' }
  if inbound.by_api or needs_api(rules) or line.is_waiting(tx, p.number, p.who) then
    i.outbound.by = 'outbox'
    if inbound.files then attachment.begin(tx, i, inbound.files) end
    line.add(tx, i, p)
  else
    watch.begin(tx, i, rules)
  end
  return relayed.outcome(i, p)
end

-- Forwards it as the Interaction `i`; `is_known`: it was saved before. Returns the outcome.
function forward.begin(tx, inbound, route, i, rules, is_known)
  local outcome = (i.type == 'voice' and forward.begin_call or begin_message)(tx, route, i, rules, inbound)
  local kind = is_known and 'interaction.updated' or 'interaction.created'
  events.emit(tx, kind, route.s.sid, interaction.record(tx, route.s, i))
  return outcome
end

-- The same for a new Interaction. Returns the answer, which is stored for a call: see relay.relayed.
function forward.reply(tx, inbound, route, i, rules)
  local outcome = forward.begin(tx, inbound, route, i, rules)
  return i.type == 'message' and cjson.encode(outcome) or answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return forward
