-- Claims messages whose files need work: until the claim ends nobody else gets them.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { room (how many), token, lease_ms, patience_ms (how long a message waits for its files), most_ms
--         (then a message counts as settled even without a report) }
-- Returns: { claims = { { attachment, late (its time is over), sealed, flags, sender = { sid, sealed, lang },
--          text_only (the number that sends it cannot send files) } } }
local keys = use('storage.keys')
local number = use('pool.number')
local session = use('sessions.session')
local people = use('sessions.people')
local interaction = use('sessions.interaction')
local attachment = use('outbox.attachment')
local attachment_stage = use('outbox.attachment_stage')
local line = use('outbox.line')
local MOST_STEPS = 100

local function sender_of(tx, i)
  local p = i and i.inbound and people.person(tx, session.read(tx, i.session), i.inbound.participant)
  return p and { sid = p.sid, sealed = p.sealed, lang = p.lang } or nil
end

local function is_text_only(tx, sid)
  local entry = line.read(tx, sid)
  local doc = entry and number.read(tx, entry.number)
  return doc and doc.capabilities.mms == false or nil
end

-- `patience_ms`, `lease_ms`: as in the arguments.
local function claim(tx, a, i, token, lease_ms, patience_ms)
  a.token, a.tries = token, a.tries + 1
  attachment.save(tx, a, tx.now + lease_ms)
  return {
    attachment = a, late = a.tries > 1 and tx.now - a.since >= patience_ms, sealed = i and i.sealed,
    flags = i and i.flags, sender = sender_of(tx, i), text_only = is_text_only(tx, a.sid),
  }
end

return function(tx, args)
  local claims, sids = {}, redis.call('ZRANGEBYSCORE', keys.attachments(tx), '-inf', tx.now, 'LIMIT', 0, MOST_STEPS)
  for _, sid in ipairs(sids) do
    if #claims == args.room then break end
    local a, i = attachment.read(tx, sid), interaction.read(tx, sid)
    if not a then
      attachment.remove(tx, sid)
    elseif attachment_stage.has_work(tx, a, i, args.most_ms) then
      claims[#claims + 1] = claim(tx, a, i, args.token .. (#claims + 1), args.lease_ms, args.patience_ms)
    end
  end
  return cjson.encode({ claims = claims })
end
