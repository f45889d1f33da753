-- use: sending
-- A text that the carrier would not take whole goes in parts, each when the one before was taken: tries and doubt are a
-- part's own. What the carrier has of the earlier ones is known by outbound.parts.
local function next_part(e, i, now)
  local known = i.outbound.parts or {}
  known[#known + 1] = args.resource
  i.outbound.parts = known
  save_interaction(i)
  e.part, e.tries = #known, 0
  e.token, e.due, e.first, e.doubted, e.again = nil, nil, nil, nil, nil
  local waits = redis.call('LINDEX', K.line(e.line), 0) == e.sid
  if waits then e.state = 'ready' end
  save_entry(e)
  emit(now, 'message.part_sent', i.session, { interaction = i.sid, part = e.part, resource = args.resource })
  if waits then
    redis.call('LREM', K.line(e.number), 0, e.line)
    take_turn(e.line, e.number, now, true)
  end
  return e.state
end
