-- Messages that are never sent.
local cancel = {}
local events = use('storage.events')
local leg = use('carrier.leg')
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local line = use('outbox.line')

-- Of an entry that was tried, or is to be tried again, nobody knows for sure that it was not sent; of a long text, a
-- part was.
local function last_state(entry, code)
  if entry.again or entry.doubted or entry.part then return 'delivery-unknown' end
  return code and 'failed' or 'canceled'
end

-- `code`: the carrier's, if it is the reason. `at`: when it happened (ms), if that is only noted now.
function cancel.cancel(tx, entry, i, reason, code, at)
  if leg.advance('message', i.outbound, last_state(entry, code), code) then
    i.updated = tx.now
    redactions.add_outbound(tx, i, true)
    events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  end
  local kind = reason == 'expired' and 'message.expired' or 'message.canceled'
  events.emit(tx, kind, i.session, { interaction = i.sid, reason = reason }, at)
  line.leave(tx, entry)
end

return cancel
