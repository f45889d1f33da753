-- use: attachment
-- Clean files live for an hour, and a message may wait longer.
-- Nobody tried to send it: they are had once more, or it goes without.
local function files_have_ended(e, i, now)
  local a = load_attachment(e.sid)
  e.tries, e.files = e.tries - 1, a and true
  if a then
    a.state, a.since, a.tries, a.files = 'fetching', now, 0, nil
    save_attachment(a, now)
  elseif i then
    i.media = nil
    save_interaction(i)
  end
end
