-- Deletes what is stored of a Session, and its messages that are still to be sent. `redact`: also redact its texts at
-- the carrier now, since nothing here refers to them later.
local erase = {}
local keys = use('storage.keys')
local session_text = use('storage.session_text')
local redactions = use('carrier.redactions')
local former = use('sessions.former')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local relayed = use('relay.relayed')

-- Adds the texts of both legs that are not redacted at the carrier yet.
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

-- `window_ms`: the replay window, in which the answer of a deleted text is kept; nil: no requests are answered any more.
function erase.interaction(tx, sid, redact, window_ms, s)
  if window_ms then relayed.keep(tx, sid, window_ms, s) end
  attachment.finish(tx, sid)
  local entry, i = line.read(tx, sid), interaction.read(tx, sid)
  if entry then line.remove(tx, entry) end
  if i and i.type == 'message' and (redact or i.redact) then redact_at_once(tx, i) end
  redis.call('DEL', keys.interaction(tx, sid))
end

-- `s`: the document, or { sid, people = {}, joined = 0 } if there is none.
function erase.session(tx, s, redact, window_ms)
  local sids = redis.call('ZRANGE', keys.interactions(tx, s.sid), 0, -1)
  for _, sid in ipairs(sids) do erase.interaction(tx, sid, redact, window_ms, s) end
  for _, p in ipairs(former.range(tx, s, 1, s.joined)) do redis.call('DEL', keys.sent(tx, p.sid)) end
  redis.call('DEL', keys.interactions(tx, s.sid), keys.turns(tx, s.sid), keys.former(tx, s.sid))
  session_text.delete(tx, s.sid)
end

return erase
