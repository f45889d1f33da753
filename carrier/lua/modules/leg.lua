-- One side of an Interaction at the carrier: { participant, resource (the carrier's SID), state, status (Proxy's), code,
-- found (its SID is from a list of the carrier's), … }. `kind`: message | voice.
local leg = {}
local statuses = use('carrier.statuses')

-- Whether the leg moved. The carrier may say one thing twice, and only once why: of its codes the highest stays.
function leg.advance(kind, one, state, code)
  local word = statuses.known_word(kind, state)
  local before, after = statuses.place(kind, one.state), statuses.place(kind, word)
  local explained = after == before and after > 0 and (code or 0) > (one.code or 0)
  if after <= before and not explained then return false end
  one.state, one.status, one.code = word, statuses.proxy_status(kind, word), code
  return true
end

-- The carrier's SID of it. One that was found in a list gives way to one that the carrier tells of this very leg. Returns
-- whether it is new.
function leg.set_resource(kind, one, resource, found)
  if not resource or one.resource == resource then return false end
  if one.resource and (found or not one.found) then return false end
  if one.resource then one.state, one.status, one.code = 'queued', statuses.proxy_status(kind, 'queued'), nil end
  one.resource, one.found, one.redaction, one.redaction_code = resource, found, nil, nil
  return true
end

return leg
