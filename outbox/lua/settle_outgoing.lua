-- Notes how the sending of a message went, if the claim still stands. That it went out is noted whoever has it now.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, token, part (of a long text, from 0), outcome = sent | part (sent, and more to come) |
--         again | failed | doubt | looked (not found) | unseen (nothing could be looked through) | broken | files (they
--         have ended meanwhile) | held (until; by which quiet hours) | expired (until), blind (true: that it was not
--         found means nothing), resource, found (it was in the carrier's list), state, code, delay_ms, most (tries),
--         doubt_ms (then `policy`: resend or hold), policy, reason, quiet = { hours, ends } }
-- Returns: { state } = of the entry: ready | in_doubt | held | parked | gone | stale (no longer ours)
local redactions = use('carrier.redactions')
local interaction = use('sessions.interaction')
local doubt = use('outbox.doubt')
local line = use('outbox.line')
local long_text = use('outbox.long_text')
local quiet_hours = use('outbox.quiet_hours')
local retry = use('outbox.retry')
local sent = use('outbox.sent')
local AFTER = {
  sent = sent.note, failed = sent.note_refusal, part = long_text.next_part,
  again = retry.again, files = retry.with_files, broken = retry.never,
  doubt = doubt.begin, looked = doubt.not_found, unseen = doubt.look_again,
  held = quiet_hours.hold, expired = quiet_hours.expire,
}

local function is_ours(entry, part, token, went_out)
  return entry and (entry.part or 0) == part and (entry.token == token or went_out)
end

return function(tx, args)
  local entry, i = line.read(tx, args.interaction), interaction.read(tx, args.interaction)
  local went_out = args.outcome == 'sent' or args.outcome == 'part'
  if not i then redactions.add_orphan(tx, args.resource) end
  if not is_ours(entry, args.part, args.token, went_out) then return cjson.encode({ state = 'stale' }) end
  if not i then
    -- It was deleted meanwhile.
    line.leave(tx, entry)
    return cjson.encode({ state = 'gone' })
  end
  return cjson.encode({ state = AFTER[args.outcome](tx, entry, i, args) })
end
