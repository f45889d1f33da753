-- Settles a try to send a message, if the caller still holds the claim. That it was sent is noted in any case.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, token, part (of a long text, from 0), outcome = sent | part (sent, and more to come) |
--         again | failed | doubt | looked (not found) | unseen (the list could not be read) | broken (no try can
--         succeed) | files (they were dropped) | held (until; by which quiet hours) | expired (until), blind (true: it
--         may be sent although it was not found), resource, found (it was in the carrier's list), state, code,
--         delay_ms, most (tries), doubt_ms (then `policy`: resend or hold), policy, reason, quiet = { hours, ends } }
-- Returns: { state } = of the entry: ready | in_doubt | held | parked | gone | stale (the claim has ended)
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local doubt = use('outbox.doubt')
local line = use('outbox.line')
local long_text = use('outbox.long_text')
local quiet_hours = use('outbox.quiet_hours')
local retry = use('outbox.retry')
local sent = use('outbox.sent')
local SETTLE = {
  sent = sent.note, failed = sent.note_refusal, part = long_text.next_part,
  again = retry.again, files = retry.with_files, broken = retry.park,
  doubt = doubt.begin, looked = doubt.not_found, unseen = doubt.look_again,
  held = quiet_hours.hold, expired = quiet_hours.expire,
}

local function may_settle(entry, part, token, was_sent)
  return entry and (entry.part or 0) == part and (entry.token == token or was_sent)
end

return function(tx, args)
  local entry, i = line.read(tx, args.interaction), interaction.read(tx, args.interaction)
  local was_sent = args.outcome == 'sent' or args.outcome == 'part'
  if not i then redactions.add_orphan(tx, args.resource) end
  if not may_settle(entry, args.part, args.token, was_sent) then return cjson.encode({ state = 'stale' }) end
  if not i then
    -- The Interaction was deleted while the message was sent.
    line.remove(tx, entry)
    return cjson.encode({ state = 'gone' })
  end
  return cjson.encode({ state = SETTLE[args.outcome](tx, entry, i, args) })
end
