-- use: interaction, seen
-- A question to the customer's app: open under the carrier's SID until settle.lua, or until its time is over.
local GRACE_MS = 1000

-- With what the owner of a question needs to ask it, and what is not kept.
local function told(outcome, service_text)
  outcome.service = cjson.decode(service_text)
  outcome.document = outcome.interaction and load_interaction(outcome.interaction)
  outcome.session = outcome.known and load_session(outcome.known)
  return cjson.encode(outcome)
end

-- Whether the Service has that URL; not worth reading all of it.
local function asks(service_text, field)
  return string.find(service_text, '"' .. field .. '":"', 1, true) ~= nil
end

local function defer(question, about, service_text, now)
  local outcome = {
    outcome = 'deciding', question = question, owner = args.owner, interaction = about.interaction, known = about.session,
  }
  outcome['until'] = now + cjson.decode(service_text).intercept_timeout_ms + GRACE_MS
  remember(now, outcome)
  return told(outcome, service_text)
end
