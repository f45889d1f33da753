#!lua
-- Messages that the carrier has and no webhook brought: each is noted once, with what would have become of it. No answer is
-- stored: those that may be relayed are accepted next, or by their webhook if it comes before.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { messages = [{ id (carrier SID), who, to, at (ms, when the carrier got it) }], mark (ms), window_ms }; sid and
--         kind are set here
-- Returns: { late, unsent = carrier SIDs of those that may be relayed }
-- use: decide, seen
local now, svc, late, unsent = clock(), service(), 0, {}
if not svc then return fail(20404) end
args.kind = 'message'

local function reason_of(way, why, at)
  if not way then return why.reason, why.session, why.code end
  return math.max(way.sender.created, way.s.reopened or 0) <= at and 'unsent' or 'before-lease', way.s.sid
end

local function unknown(sid)
  args.sid = sid
  return not recall(now)
end

for _, m in ipairs(args.messages) do
  if unknown(m.id) and unknown(m.id .. ':late') then
    args.who, args.to = m.who, m.to
    local way, why = decide(now)
    local reason, session, code = reason_of(way, why, m.at)
    remember(now, { outcome = 'late' })
    emit(now, 'inbound.late', session or '', { sid = m.id, to = m.to, reason = reason, code = code })
    late = late + 1
    if reason == 'unsent' then unsent[#unsent + 1] = m.id end
  end
end
local mark = math.max(args.mark, tonumber(redis.call('HGET', K.clock(), 'm') or 0))
redis.call('HSET', K.clock(), 'm', string.format('%.0f', mark))
return cjson.encode({ late = late, unsent = unsent })
