-- The outbound leg of an Interaction, as the carrier tells of it.
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

-- Whoever names a message that is still to be sent, or of which nobody knows, says that it went out.
local function leave_outbox(tx, i, resource)
  local entry = resource and i.type == 'message' and line.read(tx, i.sid)
  if not entry then return end
  line.leave(tx, entry)
  watch.look_soon(tx, i)
end

-- A callee who is asked to press 1 and does not was never put through, though the carrier says `completed` of that leg.
local function state_of(one, state)
  if state == 'completed' and one.asked and not one.taken then return 'no-answer' end
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

-- `told`: as note_status takes it; `s`: the Session of a call, or nil.
function outbound.note(tx, i, s, told)
  local one = i.outbound
  leave_outbox(tx, i, told.resource)
  if told.taken and one.asked and not one.taken then
    one.taken = true
    interaction.save(tx, i)
  end
  local state = state_of(one, told.state)
  local moved = leg.set_resource(i.type, one, told.resource, told.found)
  local is_its_own = told.resource == nil or told.resource == one.resource
  if is_its_own and state and leg.advance(i.type, one, state, told.code) then
    moved = true
    if i.type == 'message' then carrier_reports.note(tx, i) end
  end
  if interaction.set_duration(i, is_its_own and told.duration or nil) then moved = true end
  if moved then save(tx, i, s) end
  if told.found then watch.look_again(tx, i) end
end

return outbound
