-- The answer to a text that was forwarded at once is not stored: the SID of its Interaction follows from the carrier's
-- SID, and the Interaction tells the answer for as long as there is one.
local relayed = {}
local interaction = use('sessions.interaction')
local people = use('sessions.people')
local session = use('sessions.session')
local answers = use('relay.answers')

-- Returns the outcome for `i`, which is forwarded to the Participant `p`.
function relayed.outcome(i, p)
  if i.outbound.by == 'outbox' then return { outcome = 'silent', reason = 'outbox' } end
  return {
    outcome = 'forward', interaction = i.sid, recipient = p.sid, sealed = p.sealed, from = p.number, lang = p.lang,
  }
end

-- Returns the outcome of the text whose Interaction would be `sid`, or nil if it was not forwarded. `s`: the Session, if
-- the caller has it.
function relayed.find(tx, sid, s)
  local i = interaction.read(tx, sid)
  if not i or i.type ~= 'message' or not i.inbound or not i.outbound then return nil end
  local p = people.person(tx, s or session.read(tx, i.session), i.outbound.participant)
  return p and relayed.outcome(i, p), i
end

-- Returns the outcome of an inbound that was forwarded before, or nil. As an answer in relay.answers it only lasts for two
-- replay windows if the request has no token: somebody may have recorded it, and the carrier has to be asked first.
function relayed.answer(tx, inbound)
  local outcome, i = relayed.find(tx, inbound.interaction)
  local is_trusted = inbound.proven or not inbound.without_token
  return outcome and (is_trusted or answers.is_given(tx, i.created, inbound.window_ms)) and outcome or nil
end

-- Stores the answer before the Interaction is deleted. `window_ms`: the replay window.
function relayed.keep(tx, sid, window_ms, s)
  local outcome, i = relayed.find(tx, sid, s)
  if not outcome or not answers.is_given(tx, i.created, window_ms) then return end
  local key = i.inbound.resource
  if not answers.find(tx, key, window_ms) then answers.keep(tx, key, window_ms, outcome) end
end

return relayed
