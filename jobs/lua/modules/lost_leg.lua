-- Handles a leg of an Interaction that never existed at the carrier: its lists do not have it.
local lost_leg = {}
local events = use('storage.events')
local leg = use('carrier.leg')
local people = use('sessions.people')
local lifetime = use('sessions.lifetime')
local interaction = use('sessions.interaction')
local watch = use('sessions.watch')
local line = use('outbox.line')
local answers = use('relay.answers')

-- Returns the Participant to whom the message may still be sent, or nil. `s`: its Session, or nil if it was deleted.
function lost_leg.recipient(tx, s, i)
  if not s or not lifetime.is_active(s) or lifetime.has_expired(s, tx.now) then return nil end
  return people.participant(s, i.outbound.participant)
end

-- Notes that the leg is lost. `leg_doc` is the leg that was looked for: for a placed call it may be the inbound leg.
-- `state`: the new state of the outbound leg, unless the outbox sends the message to `p`.
function lost_leg.note(tx, i, leg_doc, state, p)
  if leg_doc == i.inbound then
    leg.advance('voice', leg_doc, 'failed')
    leg_doc.status = leg_doc.state
  end
  if p then i.outbound.by = 'outbox' else leg.advance(i.type, i.outbound, state) end
  i.missed, i.updated = nil, tx.now
  watch.finish(tx, i)
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
end

-- From now on its webhook gets an empty answer. `p`: as for note.
function lost_leg.finish_message(tx, i, p, window_ms)
  local key = i.inbound and i.inbound.resource or i.sid
  answers.keep(tx, key, window_ms, { outcome = 'silent', reason = 'lost' })
  events.emit(tx, p and 'message.resent' or 'message.lost', i.session, { interaction = i.sid, sid = key })
  if p then line.add(tx, i, p) end
end

return lost_leg
