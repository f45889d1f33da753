-- One try to send a message.
local attempt = {}
local pace = use('outbox.pace')

-- If one try asked the carrier to discard or obfuscate the message, its list may not show it: so each later try asks
-- the same.
local function keep_private(entry, rules)
  entry.discard = entry.discard or rules.content_retention == 'discard' or nil
  entry.obfuscate = entry.obfuscate or rules.address_retention == 'obfuscate' or nil
end

-- Begins a try at `at` (ms). The caller saves the entry. `rules`: the Service's document; `rate`: see pace.begin.
function attempt.begin(tx, entry, i, at, rules, rate)
  pace.begin(tx, entry, i, at, rate)
  entry.state, entry.tries, entry.first = 'sending', entry.tries + 1, entry.first or at
  entry.before, entry.tried = entry.tried, at
  keep_private(entry, rules)
end

return attempt
