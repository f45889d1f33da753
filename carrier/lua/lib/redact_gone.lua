-- use: redact
-- Of an Interaction that is about to be deleted, or of a leg of one that was.
local function redact_at_once(i, now)
  for _, side in ipairs({ 'inbound', 'outbound' }) do
    local leg = i.type == 'message' and i[side]
    local open = leg and leg.resource and leg.redaction ~= 'redacted' and leg.redaction ~= 'refused'
    if open then await_redaction(leg.resource, i.sid, side, now) end
    if leg and leg.redaction ~= 'redacted' then redact_parts(leg, now) end
  end
end

local function redact_orphan(resource, now)
  if not string.match(resource or '', '^[SM]M') or not redacts_now() then return end
  await_redaction(resource, nil, 'outbound', now)
end
