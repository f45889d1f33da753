-- One leg of an Interaction (`leg_doc`): { participant, resource (the carrier's SID), state (the carrier's), status
-- (Proxy's), code, found (true: its SID was found in the carrier's list), … }. `kind`: message | voice.
local leg = {}
local statuses = use('carrier.statuses')

-- Moves the leg to a later state. Returns whether it changed. The carrier may report one state several times, with a
-- code only once: the highest code stays.
function leg.advance(kind, leg_doc, state, code)
  local new_state = statuses.normalize(kind, state)
  local before, after = statuses.rank(kind, leg_doc.state), statuses.rank(kind, new_state)
  local has_higher_code = after == before and after > 0 and (code or 0) > (leg_doc.code or 0)
  if after <= before and not has_higher_code then return false end
  leg_doc.state, leg_doc.status, leg_doc.code = new_state, statuses.proxy_status(kind, new_state), code
  return true
end

-- Sets the carrier's SID of the leg. A SID that the carrier reports for this leg replaces one that was found in a list.
-- Returns whether the SID changed.
function leg.set_resource(kind, leg_doc, resource, found)
  if not resource or leg_doc.resource == resource then return false end
  if leg_doc.resource and (found or not leg_doc.found) then return false end
  if leg_doc.resource then
    leg_doc.state, leg_doc.status, leg_doc.code = 'queued', statuses.proxy_status(kind, 'queued'), nil
  end
  leg_doc.resource, leg_doc.found, leg_doc.redaction, leg_doc.redaction_code = resource, found, nil, nil
  return true
end

return leg
