-- Lets an inbound pass on. `rules`: the Service's document; `way`: see relay.route.
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

-- Whether relayed texts go by the carrier's API: its Message verb carries neither option, and cannot wait for the day.
local function is_by_api(rules)
  return rules.delivery == 'send' or rules.content_retention == 'discard' or rules.address_retention == 'obfuscate'
    or json.without_null(rules.quiet_hours) ~= nil and rules.quiet_hours_for == 'all'
end

local function outcome_of(i, p)
  return { outcome = 'forward', interaction = i.sid, recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang }
end

-- The outbound leg of the call `i`; it and the Session are saved by the caller. Returns the outcome.
function forward.begin_call(tx, way, i, rules)
  local outcome = outcome_of(i, way.recipient)
  i.outbound = {
    participant = way.recipient.sid, status = 'initiated', state = 'queued', asked = rules.whisper or nil,
  }
  watch.begin(tx, i, rules)
  outcome.limit = live_calls.begin(way.s, i, rules, tx.now)
  return outcome
end

-- The same of a text. Behind what is still to be sent to the same person it goes by the outbox: our answer would overtake.
local function begin_message(tx, way, i, rules, inbound)
  local p = way.recipient
  segment_allowance.spend(tx, inbound.ceiling, i.segments)
  i.outbound = { participant = p.sid, status = 'queued', state = 'queued' }
  if inbound.by_api or is_by_api(rules) or line.is_waiting(tx, p.number, p.who) then
    i.outbound.by = 'outbox'
    if inbound.files then attachment.begin(tx, i, inbound.files) end
    line.add(tx, i, p)
    return { outcome = 'silent', reason = 'outbox' }
  end
  watch.begin(tx, i, rules)
  return outcome_of(i, p)
end

-- Lets it pass as the Interaction `i`, which is new or, if `is_known`, was saved before. Returns the answer, which is kept.
function forward.reply(tx, inbound, way, i, rules, is_known)
  local begin = i.type == 'voice' and forward.begin_call or begin_message
  local outcome = begin(tx, way, i, rules, inbound)
  local text = interaction.record(tx, way.s, i)
  events.emit(tx, is_known and 'interaction.updated' or 'interaction.created', way.s.sid, text)
  return answers.keep(tx, inbound.key, inbound.window_ms, outcome)
end

return forward
