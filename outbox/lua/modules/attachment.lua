-- The work on the files of a message, by its state. `fetching`: they are fetched from the carrier and cleaned while the
-- message waits in its line. `sent`: they are clean, and kept until the message is settled. `over`: they are dropped,
-- and deleted at the carrier if the Service is set so.
local attachment = { FIRST_CHECK_MS = 30000 }
local keys = use('storage.keys')
local document = use('storage.document')
local service = use('storage.service')
local interaction = use('sessions.interaction')

-- Returns the document of the Interaction `sid`, or nil.
function attachment.read(tx, sid)
  return document.read(keys.attachment(tx, sid), sid)
end

-- Saves the document. `at`: the moment (ms) of its next step.
function attachment.save(tx, a, at)
  document.save(keys.attachment(tx, a.sid), a)
  redis.call('ZADD', keys.attachments(tx), at, a.sid)
end

function attachment.remove(tx, sid)
  redis.call('DEL', keys.attachment(tx, sid))
  redis.call('ZREM', keys.attachments(tx), sid)
end

local function create(tx, i, state, at)
  local a = { sid = i.sid, state = state, since = tx.now, tries = 0 }
  a.resource, a.delete = i.inbound and i.inbound.resource, service.read(tx).delete_media or nil
  attachment.save(tx, a, at)
end

-- `count` files came with the message `i`. The caller saves `i`.
function attachment.begin(tx, i, count)
  i.files = count
  create(tx, i, 'fetching', tx.now)
end

-- The message has a file of the app's own. Nothing of it is kept here, but the carrier's copy may have to be deleted.
function attachment.track(tx, i)
  if service.read(tx).delete_media then create(tx, i, 'sent', tx.now + attachment.FIRST_CHECK_MS) end
end

-- The Interaction `sid` is about to be deleted: its files are no longer needed.
function attachment.finish(tx, sid)
  local a = attachment.read(tx, sid)
  if not a then return end
  local i = interaction.read(tx, sid)
  a.state, a.since, a.tries, a.token = 'over', tx.now, 0, nil
  a.outbound = i and i.outbound and i.outbound.resource or a.outbound
  attachment.save(tx, a, tx.now)
end

return attachment
