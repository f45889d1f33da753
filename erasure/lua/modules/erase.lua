-- Takes away what is kept of a Session, and what is still to be sent of it. `redact`: its texts at the carrier are
-- emptied as well, since after this nobody knows of them any more.
local erase = {}
local keys = use('storage.keys')
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')

-- Of both legs, what is not empty at the carrier yet.
local function redact_at_once(tx, i)
  for _, side in ipairs({ 'inbound', 'outbound' }) do
    local leg = i[side]
    local state = leg and leg.redaction
    if leg and leg.resource and state ~= 'redacted' and state ~= 'refused' then
      redactions.add(tx, leg.resource, i.sid, side, tx.now)
    end
    if leg and state ~= 'redacted' then redactions.add_parts(tx, leg, tx.now) end
  end
end

function erase.interaction(tx, sid, redact)
  attachment.release(tx, sid)
  local entry, i = line.read(tx, sid), interaction.read(tx, sid)
  if entry then line.leave(tx, entry) end
  if i and i.type == 'message' and (redact or i.redact) then redact_at_once(tx, i) end
  redis.call('DEL', keys.interaction(tx, sid))
end

-- `s`: { sid, people }.
function erase.session(tx, s, redact)
  local sids = redis.call('ZRANGE', keys.interactions(tx, s.sid), 0, -1)
  for _, sid in ipairs(sids) do erase.interaction(tx, sid, redact) end
  for _, p in ipairs(s.people) do redis.call('DEL', keys.sent(tx, p.sid)) end
  redis.call('ZREM', keys.sessions(tx), s.sid)
  redis.call('DEL', keys.interactions(tx, s.sid), keys.session(tx, s.sid), keys.turns(tx, s.sid))
end

return erase
