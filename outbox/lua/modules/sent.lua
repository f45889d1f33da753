-- Settles a message that was sent or refused: it leaves the outbox. `report`: the arguments of settle_outgoing. Each
-- function returns the state of the entry.
local sent = {}
local events = use('storage.events')
local leg = use('carrier.leg')
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local carrier_reports = use('sessions.carrier_reports')
local watch = use('sessions.watch')
local line = use('outbox.line')

local function finish(tx, entry, i, state, report)
  line.remove(tx, entry)
  local has_new_resource = leg.set_resource('message', i.outbound, report.resource, report.found)
  local has_new_state = leg.advance('message', i.outbound, state, report.code)
  if not has_new_state and not has_new_resource then return 'gone' end
  if has_new_state then carrier_reports.note(tx, i) end
  local is_settled = interaction.is_settled(i)
  i.updated = tx.now
  redactions.add_outbound(tx, i, is_settled)
  if report.resource and not is_settled then watch.look_soon(tx, i) end
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  return 'gone'
end

function sent.note(tx, entry, i, report)
  return finish(tx, entry, i, report.state, report)
end

-- The carrier refused it. If this was a second try, the first one may still have sent it.
function sent.note_refusal(tx, entry, i, report)
  return finish(tx, entry, i, entry.again and 'delivery-unknown' or report.state, report)
end

return sent
