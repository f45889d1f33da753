-- Notes what the carrier reports about the outbound leg of an Interaction.
local outbound = {}
local events = use('storage.events')
local leg = use('carrier.leg')
local redactions = use('carrier.redactions')
local statuses = use('carrier.statuses')
local carrier_reports = use('sessions.carrier_reports')
local interaction = use('sessions.interaction')
local live_calls = use('sessions.live_calls')
local watch = use('sessions.watch')
local line = use('outbox.line')

-- A report that names the carrier's SID of a message proves that the message was sent: so it leaves the outbox, where
-- it still waited or was in doubt.
local function leave_outbox(tx, i, resource)
  local entry = resource and i.type == 'message' and line.read(tx, i.sid)
  if not entry then return end
  line.remove(tx, entry)
  watch.look_soon(tx, i)
end

-- A callee who was asked to press 1 and did not was never connected, although the carrier says `completed`.
local function state_of(outbound_leg, state)
  if state == 'completed' and outbound_leg.asked and not outbound_leg.taken then return 'no-answer' end
  return state
end

local function save(tx, i, s)
  local is_final = statuses.is_final(i.type, i.outbound.state)
  i.updated = tx.now
  redactions.add_outbound(tx, i, is_final)
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  if s and is_final then live_calls.finish(tx, s, i.sid) end
  if interaction.is_settled(i) then watch.finish(tx, i) end
end

-- `report`: as note_status takes it; `s`: the Session of a call, or nil. `found` and `taken`: see note_status.
function outbound.note(tx, i, s, report)
  local outbound_leg = i.outbound
  leave_outbox(tx, i, report.resource)
  if report.taken and outbound_leg.asked and not outbound_leg.taken then
    outbound_leg.taken = true
    interaction.save(tx, i)
  end
  local state = state_of(outbound_leg, report.state)
  local moved = leg.set_resource(i.type, outbound_leg, report.resource, report.found)
  local is_this_leg = report.resource == nil or report.resource == outbound_leg.resource
  if is_this_leg and state and leg.advance(i.type, outbound_leg, state, report.code) then
    moved = true
    if i.type == 'message' then carrier_reports.note(tx, i) end
  end
  if interaction.set_duration(i, is_this_leg and report.duration or nil) then moved = true end
  if moved then save(tx, i, s) end
  if report.found then watch.look_again(tx, i) end
end

return outbound
