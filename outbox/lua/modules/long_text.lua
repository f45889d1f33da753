-- A text that is too long for one message is sent in parts, each after the carrier accepted the one before. Tries and
-- doubt concern the current part only. `outbound.parts` has the carrier's SIDs of the earlier parts.
local long_text = {}
local keys = use('storage.keys')
local events = use('storage.events')
local interaction = use('sessions.interaction')
local line = use('outbox.line')

-- A part was accepted, and the next one is to be sent. `report`: the arguments of settle_outgoing; its `resource` is
-- the part's SID at the carrier. Returns the state of the entry.
function long_text.next_part(tx, entry, i, report)
  local parts = i.outbound.parts or {}
  parts[#parts + 1] = report.resource
  i.outbound.parts = parts
  interaction.save(tx, i)
  entry.part, entry.tries = #parts, 0
  entry.token, entry.due, entry.first, entry.doubted, entry.again = nil, nil, nil, nil, nil
  local is_head = line.is_head(tx, entry)
  if is_head then entry.state = 'ready' end
  line.save(tx, entry)
  events.emit(tx, 'message.part_sent', i.session, { interaction = i.sid, part = #parts, resource = report.resource })
  if is_head then
    redis.call('LREM', keys.line(tx, entry.number), 0, entry.line)
    line.await_turn(tx, entry.line, entry.number, true)
  end
  return entry.state
end

return long_text
