-- use: outbox, session, redact_gone, attachment
-- Takes away what stays of a Session, and what is still to be sent of it. `redact`: its texts at the carrier as well,
-- since nobody knows of them any more.
local function erase_interaction(sid, now, redact)
  local e = load_entry(sid)
  let_attachment_go(sid, now)
  if e then leave_line(e, now) end
  local i = load_interaction(sid)
  if i and (redact or i.redact) then redact_at_once(i, now) end
  redis.call('DEL', K.interaction(sid))
end

local function erase_session(s, now, redact)
  for _, sid in ipairs(redis.call('ZRANGE', K.interactions(s.sid), 0, -1)) do erase_interaction(sid, now, redact) end
  for _, p in ipairs(s.people) do redis.call('DEL', K.sent(p.sid)) end
  redis.call('ZREM', K.sessions(), s.sid)
  redis.call('DEL', K.interactions(s.sid), K.session(s.sid), K.turns(s.sid))
end
