-- A message whose files are still to be fetched keeps its place in its line: its entry says so in `files`.
local attached_files = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local LOOK_AGAIN_MS = 60000

-- The line waits. Whoever has fetched the files lets it go on; this is only how often it is looked at.
function attached_files.wait(tx, entry)
  redis.call('ZADD', keys.lines(tx), tx.now + LOOK_AGAIN_MS, entry.line)
end

-- Nothing is to be waited for any more: if the line waits for this entry, it has its turn.
function attached_files.arrive(tx, entry)
  entry.files = nil
  line.save(tx, entry)
  if not line.is_head(tx, entry) or not redis.call('ZSCORE', keys.lines(tx), entry.line) then return end
  line.take_turn(tx, entry.line, entry.number, true)
end

-- Clean files are kept for an hour, and the message waited longer. It was not sent, so no try is counted: the files are
-- fetched once more, or it goes without them. The entry is saved by the caller.
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
