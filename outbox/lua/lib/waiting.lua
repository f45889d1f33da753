-- use: outbox
-- A message whose files are still to be fetched holds its place in its line.

-- Whoever has them tells; this is only how often it is looked at.
local function waits_for_files(e, now)
  if e.files then redis.call('ZADD', K.lines(), now + 60000, e.line) end
  return e.files
end

-- If its line waits for them.
local function files_are_there(e, now)
  e.files = nil
  save_entry(e)
  if redis.call('LINDEX', K.line(e.line), 0) ~= e.sid or not redis.call('ZSCORE', K.lines(), e.line) then return end
  take_turn(e.line, e.number, now, true)
end
