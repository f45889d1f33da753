-- Compares the ids of a stream's entries, `milliseconds-number`.
local stream_id = {}

-- Whether `id` is equal to `mark` or comes before it in the stream.
function stream_id.is_reached(id, mark)
  local ms, n = string.match(id, '^(%d+)-(%d+)$')
  local mark_ms, mark_n = string.match(mark, '^(%d+)-(%d+)$')
  if ms == mark_ms then return tonumber(n) <= tonumber(mark_n) end
  return tonumber(ms) < tonumber(mark_ms)
end

return stream_id
