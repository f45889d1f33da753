#!lua
-- An operator's word, whatever the Service says: the texts of a message are emptied at the carrier as soon as they can
-- be. One that is under way is, once it is over.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction }
-- Returns: { interaction } or { error }
-- use: redact, interaction, emit, statuses
local now, i = clock(), load_interaction(args.interaction)
if not i or i.type ~= 'message' then return fail(20404) end
local news = not i.redact
i.redact = true
for _, side in ipairs({ 'inbound', 'outbound' }) do
  local leg = i[side]
  local over = leg and leg.resource and (side == 'inbound' or is_last('message', leg.state))
  if over and leg.redaction ~= 'redacted' then
    news = news or leg.redaction ~= 'pending'
    redact_leg(i, side, now)
  end
end
if i.outbound and not i.outbound.resource and is_last('message', i.outbound.state) then redact_parts(i.outbound, now) end
if news then emit(now, 'interaction.updated', i.session, save_interaction(i)) end
return cjson.encode({ interaction = i })
