-- The notice to the sender of a message that files had to be left out.
local files_notice = {}
local keys = use('storage.keys')
local events = use('storage.events')
local notice_quota = use('policy.notice_quota')
local segment_allowance = use('policy.segment_allowance')
local session = use('sessions.session')
local people = use('sessions.people')
local lifetime = use('sessions.lifetime')
local interaction = use('sessions.interaction')
local line = use('outbox.line')

-- Returns the Participant who gets the notice, or nil: nobody gets it twice, or after the end of the Session.
function files_notice.sender(tx, i)
  local s = i.inbound and not i.excused and session.read(tx, i.session)
  if not s or not lifetime.is_active(s) or lifetime.has_expired(s, tx.now) then return nil end
  return people.participant(s, i.inbound.participant)
end

-- Sends `notice`: { interaction (the SID of this text), sealed, segments, encoding }. Nothing is sent if the person's
-- quota of notices or today's segments are used up.
function files_notice.send(tx, session_sid, p, notice, ceiling)
  local count = segment_allowance.NOTICE_SEGMENTS
  if segment_allowance.is_short(tx, ceiling, count) or not notice_quota.take(tx, p.who) then return end
  local i = {
    sid = notice.interaction, type = 'message', session = session_sid, created = tx.now, updated = tx.now,
    sealed = notice.sealed, segments = notice.segments, encoding = notice.encoding,
    outbound = { participant = p.sid, status = 'queued', state = 'queued' },
  }
  redis.call('ZADD', keys.interactions(tx, session_sid), tx.now, i.sid)
  events.emit(tx, 'interaction.created', session_sid, interaction.save(tx, i))
  line.add(tx, i, p, { state = 'ready', source = 'ours', at_once = true })
  segment_allowance.spend(tx, ceiling, count)
end

return files_notice
