#!lua
-- Messages that the carrier has and no webhook brought: each is noted once, with what would have become of it. No answer is
-- stored: those that may be relayed are accepted next, or by their webhook if it comes before.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { messages = [{ id (carrier SID), who, to, at (ms, when the carrier got it) }], window_ms, mark (ms; once all are
--         done with) }; sid, kind, who, to, at, resource are set here
-- Returns: { late, unsent = carrier SIDs of those that may be relayed and are not yet }
-- use: decide, seen, redact
local now, service_text, late, unsent = clock(), redis.call('GET', K.service()), 0, {}
if not service_text then return fail(20404) end
args.kind = 'message'

-- nil if it has no answer: never accepted, or by somebody who died over a question; then also that.
local function answered(sid)
  args.sid = sid
  local before = recall(now)
  local stored = before and cjson.decode(before)
  local overdue = stored and stored.outcome == 'deciding' and stored['until'] <= now
  if stored and not overdue then return stored end
  return nil, overdue
end

for _, m in ipairs(args.messages) do
  local done, accepted = answered(m.id)
  if not done then
    args.who, args.to, args.at = m.who, m.to, m.at
    local way, why = decide(now)
    if way then unsent[#unsent + 1] = m.id end
    if not answered(m.id .. ':late') then
      args.resource = m.id
      if not way and not accepted then redact_inbound(service_text, now) end
      why = why or { reason = 'unsent', session = way.s.sid }
      remember(now, { outcome = 'late' })
      emit(now, 'inbound.late', why.session or '', { sid = m.id, to = m.to, reason = why.reason, code = why.code }, m.at)
      late = late + 1
    end
  end
end
if args.mark then
  local mark = math.max(args.mark, tonumber(redis.call('HGET', K.clock(), 'm') or 0))
  redis.call('HSET', K.clock(), 'm', string.format('%.0f', mark))
end
return cjson.encode({ late = late, unsent = unsent })
