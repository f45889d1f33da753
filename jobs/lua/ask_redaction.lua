-- An operator asks to redact (empty) the texts of a message at the carrier, whatever the Service's settings are. A text
-- that is still in progress is redacted when it is over.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction }
-- Returns: { interaction } or { error }
local events = use('storage.events')
local reply = use('storage.reply')
local statuses = use('carrier.statuses')
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')

-- Whether the text of this leg can be redacted, and is not redacted yet.
local function can_redact(leg, side)
  if not leg or not leg.resource or leg.redaction == 'redacted' then return false end
  return side == 'inbound' or statuses.is_final('message', leg.state)
end

-- Adds both legs. Returns whether any of them was not added before.
local function add_legs(tx, i)
  local is_new = false
  for _, side in ipairs({ 'inbound', 'outbound' }) do
    local leg = i[side]
    if can_redact(leg, side) then
      is_new = is_new or leg.redaction ~= 'pending'
      redactions.add_leg(tx, i, side, tx.now)
    end
  end
  return is_new
end

return function(tx, args)
  local i = interaction.read(tx, args.interaction)
  if not i or i.type ~= 'message' then return reply.error(20404) end
  local is_new, leg = not i.redact, i.outbound
  i.redact = true
  is_new = add_legs(tx, i) or is_new
  if leg and not leg.resource and statuses.is_final('message', leg.state) then redactions.add_parts(tx, leg, tx.now) end
  if is_new then events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i)) end
  return cjson.encode({ interaction = i })
end
