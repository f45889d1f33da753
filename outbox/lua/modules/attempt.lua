-- One try to send a message.
local attempt = {}
local pace = use('outbox.pace')

-- The carrier's list does not show what it was asked to forget at one try: so it is asked at each later one.
local function keep_private(entry, rules)
  entry.discard = entry.discard or rules.content_retention == 'discard' or nil
  entry.obfuscate = entry.obfuscate or rules.address_retention == 'obfuscate' or nil
end

-- It begins at `at` (ms); the caller saves the entry. `rules`: the Service's document; `rate`: see pace.begin.
function attempt.begin(tx, entry, i, at, rules, rate)
  pace.begin(tx, entry, i, at, rate)
  entry.state, entry.tries, entry.first = 'sending', entry.tries + 1, entry.first or at
  entry.before, entry.tried = entry.tried, at
  keep_private(entry, rules)
end

return attempt
