-- use: base, past
-- Whether a late one was written before these two had their numbers. Carriers tell whole seconds: what was written in the
-- second of a join or a re-opening is theirs, unless somebody else had this number, or was there, in that second.
local function was_for_another(s, sender, recipient)
  local since, was = math.max(sender.created, recipient.created, s.reopened or 0), past_of(args.who)[args.to]
  if since <= args.at then return false end
  if since >= args.at + 1000 or was and was.at >= args.at and was.partner ~= recipient.who then return true end
  for _, p in ipairs(s.people) do
    if p.deleted and p.deleted >= args.at and p.who ~= sender.who and p.who ~= recipient.who then return true end
  end
end
