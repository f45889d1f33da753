-- Cancels messages: they are never sent, or never again.
local cancel = {}
local events = use('storage.events')
local leg = use('carrier.leg')
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local line = use('outbox.line')

-- Returns the last state of the outbound leg. An entry that was in doubt, or whose first try was, may have been sent;
-- of a long text a part was sent.
local function last_state(entry, code)
  if entry.again or entry.doubted or entry.part then return 'delivery-unknown' end
  return code and 'failed' or 'canceled'
end

-- `code`: the carrier's code, if it is the reason. `at`: when it happened (ms), if that was before this call.
function cancel.cancel(tx, entry, i, reason, code, at)
  if leg.advance('message', i.outbound, last_state(entry, code), code) then
    i.updated = tx.now
    redactions.add_outbound(tx, i, true)
    events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  end
  local kind = reason == 'expired' and 'message.expired' or 'message.canceled'
  events.emit(tx, kind, i.session, { interaction = i.sid, reason = reason }, at)
  line.remove(tx, entry)
end

return cancel
