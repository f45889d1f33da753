-- An Interaction's document. A new Interaction starts the ttl of its Session again.
local interaction = {}
local keys = use('storage.keys')
local short_form = use('storage.short_form')
local statuses = use('carrier.statuses')
local session = use('sessions.session')

-- Returns the document, or nil.
function interaction.read(tx, sid)
  local text = redis.call('GET', keys.interaction(tx, sid))
  return text and short_form.decode(text, sid) or nil
end

-- Saves the document. Returns it as events carry it.
function interaction.save(tx, i)
  local text = short_form.encode(i)
  redis.call('SET', keys.interaction(tx, i.sid), text)
  return short_form.with_sid(text, i.sid)
end

-- Takes the Interaction out of the list of its Session. The Session is saved before: its newest Interaction tells when it
-- was used last.
function interaction.unlist(tx, i)
  local s = session.read(tx, i.session)
  if s then session.save(tx, s) end
  redis.call('ZREM', keys.interactions(tx, i.session), i.sid)
end

-- Saves a new Interaction, or one that the app's answer moved to another Session, and its Session. Returns the same as
-- save.
function interaction.record(tx, s, i)
  local is_new_text = i.type == 'message' and not i.session
  if i.session and i.session ~= s.sid then interaction.unlist(tx, i) end
  if i.session ~= s.sid then redis.call('ZADD', keys.interactions(tx, s.sid), i.created or tx.now, i.sid) end
  i.session, i.created, i.updated = s.sid, i.created or tx.now, tx.now
  local text = interaction.save(tx, i)
  session.note_use(tx, s, is_new_text)
  return text
end

-- Whether all its legs are in a final state.
function interaction.is_settled(i)
  return not i.outbound or statuses.is_final(i.type, i.outbound.state)
    and (not i.placed or statuses.is_final('voice', i.inbound.state))
end

-- Returns whether it changed. A call that connected nobody has no duration, even if a voice mailbox answered.
-- `duration`: seconds, or nil.
function interaction.set_duration(i, duration)
  local state = i.outbound.state
  if i.type == 'voice' and statuses.is_final('voice', state) and state ~= 'completed' then
    i.duration = nil
  elseif duration and duration > (i.duration or -1) then
    i.duration = duration
    return true
  end
  return false
end

return interaction
