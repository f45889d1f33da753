-- Ids of a stream's entries, `milliseconds-number`, in their order.
local stream_id = {}

-- Whether `id` is `mark`, or stands before it.
function stream_id.is_reached(id, mark)
  local ms, n = string.match(id, '^(%d+)-(%d+)$')
  local mark_ms, mark_n = string.match(mark, '^(%d+)-(%d+)$')
  if ms == mark_ms then return tonumber(n) <= tonumber(mark_n) end
  return tonumber(ms) < tonumber(mark_ms)
end

return stream_id
