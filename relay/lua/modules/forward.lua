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

-- Whether texts must be sent by the carrier's API: its Message verb has no retention options and no delay.
local function needs_api(rules)
  return rules.delivery == 'send' or rules.content_retention == 'discard' or rules.address_retention == 'obfuscate'
    or json.without_null(rules.quiet_hours) ~= nil and rules.quiet_hours_for == 'all'
end

local function outcome_of(i, p)
  return {
    outcome = 'forward', interaction = i.sid, recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang,
  }
end

-- Adds the outbound leg to the call `i`. The caller saves `i` and the Session. Returns the outcome.
function forward.begin_call(tx, route, i, rules)
  local outcome = outcome_of(i, route.recipient)
  i.outbound = {
    participant = route.recipient.sid, status = 'initiated', state = 'queued', asked = rules.whisper or nil,
  }
  watch.begin(tx, i, rules)
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
    return { outcome = 'silent', reason = 'outbox' }
  end
  watch.begin(tx, i, rules)
  return outcome_of(i, p)
end

-- Forwards it as the Interaction `i`; `is_known`: it was saved before. Stores the answer and returns it.
function forward.reply(tx, inbound, route, i, rules, is_known)
  local begin = i.type == 'voice' and forward.begin_call or begin_message
  local outcome = begin(tx, route, i, rules, inbound)
  local text = interaction.record(tx, route.s, i)
  events.emit(tx, is_known and 'interaction.updated' or 'interaction.created', route.s.sid, text)
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return forward
