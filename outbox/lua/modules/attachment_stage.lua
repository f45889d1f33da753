-- How far the files of a message are: see outbox.attachment.
local attachment_stage = {}
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local line = use('outbox.line')
local HOUR_MS = 3600000

-- `most_ms`: after so long a message of whose end nobody tells counts as over.
local function is_over(tx, a, i, most_ms)
  if not i or a.state == 'over' then return true end
  if line.read(tx, a.sid) then return false end
  return a.state == 'fetching' or interaction.is_settled(i) or tx.now - a.since > most_ms
end

-- Ever less often while the message is under way.
local function look_again(tx, a)
  attachment.save(tx, a, tx.now + math.min(math.max(attachment.FIRST_CHECK_MS, (tx.now - a.since) / 2), HOUR_MS))
end

local function finish(tx, a, i)
  if a.state ~= 'over' then a.state, a.since, a.tries = 'over', tx.now, 0 end
  a.outbound = i and i.outbound and i.outbound.resource or a.outbound
end

-- Brings its stage up to date; whether there is something to do for its files. What is not saved here the caller saves.
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
