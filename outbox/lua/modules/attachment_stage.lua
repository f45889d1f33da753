-- Updates the state of the work on a message's files: see outbox.attachment.
local attachment_stage = {}
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local HOUR_MS = 3600000

-- Whether the files are no longer needed. `most_ms`: after this time a message counts as settled even without a report.
local function is_over(tx, a, i, most_ms)
  if not i or a.state == 'over' then return true end
  if line.read(tx, a.sid) then return false end
  return a.state == 'fetching' or interaction.is_settled(i) or tx.now - a.since > most_ms
end

-- Looks less and less often while the message is in progress.
local function look_again(tx, a)
  attachment.save(tx, a, tx.now + math.min(math.max(attachment.FIRST_CHECK_MS, (tx.now - a.since) / 2), HOUR_MS))
end

local function finish(tx, a, i)
  if a.state ~= 'over' then a.state, a.since, a.tries = 'over', tx.now, 0 end
  a.outbound = i and i.outbound and i.outbound.resource or a.outbound
end

-- Updates the state. Returns whether there is work on the files. If there is, the caller saves the document.
function attachment_stage.has_work(tx, a, i, most_ms)
  if is_over(tx, a, i, most_ms) then
    finish(tx, a, i)
    if a.files or a.delete then return true end
    attachment.remove(tx, a.sid)
    return false
  end
  if a.state ~= 'sent' then return true end
  look_again(tx, a)
  return false
end

return attachment_stage
