-- A message keeps its place in its line while its files are fetched: its entry has `files` then.
local attached_files = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local LOOK_AGAIN_MS = 60000

-- The line waits until the files are fetched: settle_attachment then calls set_ready. LOOK_AGAIN_MS is only a
-- safeguard.
function attached_files.wait(tx, entry)
  redis.call('ZADD', keys.lines(tx), tx.now + LOOK_AGAIN_MS, entry.line)
end

-- The message no longer waits for files. If it is the head of its line, the line waits for its turn again.
function attached_files.set_ready(tx, entry)
  entry.files = nil
  line.save(tx, entry)
  if not line.is_head(tx, entry) or not redis.call('ZSCORE', keys.lines(tx), entry.line) then return end
  line.await_turn(tx, entry.line, entry.number, true)
end

-- The message waited for longer than clean files are kept. It was not sent, so the try is not counted: the files are
-- fetched again, or it is sent without them. The caller saves the entry.
function attached_files.fetch_again(tx, entry, i)
  local a = attachment.read(tx, entry.sid)
  entry.tries, entry.files = entry.tries - 1, a and true
  if a then
    a.state, a.since, a.tries, a.files = 'fetching', tx.now, 0, nil
    attachment.save(tx, a, tx.now)
  else
    i.media = nil
    interaction.save(tx, i)
  end
end

return attached_files
