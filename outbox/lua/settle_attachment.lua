-- Settles the work on the files of a message, if the caller still holds the claim. After the files are fetched or given
-- up, the message may be sent. If files had to be left out, its sender gets one notice.
-- KEYS: 1 the Service
-- ARGV: 1 JSON { interaction, token, outcome = again | ready | cleared, delay_ms (until the next look), files (the
--         result for each, in their order), and of `ready`: media (the clean ones), sealed, segments, encoding, flags,
--         empty (nothing is left of the message), lost (how many are left out), notice = { interaction, sealed,
--         segments, encoding }, ceiling (there is one) }
-- Returns: { state } = attachment's: fetching | sent | over | gone | stale (the claim has ended)
local events = use('storage.events')
local segment_allowance = use('policy.segment_allowance')
local interaction = use('sessions.interaction')
local attached_files = use('outbox.attached_files')
local attachment = use('outbox.attachment')
local files_notice = use('outbox.files_notice')
local leg = use('carrier.leg')
local line = use('outbox.line')
local NO_TEXT = 21602

-- Gives the message its clean files, without those that are left out. Texts that came as files become part of its text.
-- `report`: the arguments.
local function change_message(tx, entry, i, report)
  segment_allowance.spend(tx, report.ceiling, math.max(0, (report.segments or 0) - (i.segments or 0)))
  i.sealed, i.segments, i.encoding = report.sealed, report.segments or i.segments, report.encoding or i.encoding
  i.flags, i.media, i.updated = report.flags, report.media, tx.now
  if report.empty then leg.advance('message', i.outbound, entry.again and 'delivery-unknown' or 'failed', NO_TEXT) end
end

return function(tx, args)
  local a = attachment.read(tx, args.interaction)
  if a and a.settled == args.token then return cjson.encode({ state = a.state }) end
  if not a or a.token ~= args.token then return cjson.encode({ state = 'stale' }) end
  if args.outcome == 'cleared' then
    attachment.remove(tx, a.sid)
    return cjson.encode({ state = 'gone' })
  end
  local entry, i = line.read(tx, a.sid), interaction.read(tx, a.sid)
  a.token, a.settled, a.files = nil, args.token, args.files or a.files
  if args.outcome == 'ready' then a.state, a.since, a.tries = 'sent', tx.now, 0 end
  attachment.save(tx, a, tx.now + args.delay_ms)
  if args.outcome == 'again' or not entry or not i then return cjson.encode({ state = a.state }) end
  local sender = args.notice and files_notice.sender(tx, i)
  i.excused = i.excused or sender and true or nil
  change_message(tx, entry, i, args)
  events.emit(tx, 'interaction.updated', i.session, interaction.save(tx, i))
  if args.lost > 0 then events.emit(tx, 'message.incomplete', i.session, { interaction = i.sid, lost = args.lost }) end
  if args.empty then line.remove(tx, entry) else attached_files.set_ready(tx, entry) end
  if sender then files_notice.send(tx, i.session, sender, args.notice, args.ceiling) end
  return cjson.encode({ state = a.state })
end
